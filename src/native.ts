/** (being written: see the addon) */
export {};

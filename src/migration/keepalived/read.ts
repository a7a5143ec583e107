/** A keepalived.conf → a pair in our terms: not yet. */
import type { Translation } from '../import.js';
export function readKeepalived(): Translation {
  return {
    part: {
      nodes: [
        { public: {}, private: {} },
        { public: {}, private: {} },
      ],
      pulse: {},
      publics: [],
      gateways: [],
      services: [],
      track: [],
      hooks: [],
    },
    all: [],
    mistakes: [],
  };
}

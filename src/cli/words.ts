/** Numbers and places as people read them: the words that the web page uses as well. */
export * from '../words.js';

/** Style sheets are bundled into one file next to the script. */
declare module '*.css';

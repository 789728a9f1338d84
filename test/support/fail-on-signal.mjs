// Loaded into the built program by a test (NODE_OPTIONS=--import): on a signal something fails where nobody catches it.
const SECRET = 'words-of-a-customer';

process.on('SIGUSR2', () => {
  setTimeout(() => {
    throw new TypeError(`${SECRET} cannot be read\n    at ${SECRET}`);
  }, 1);
});
process.on('SIGWINCH', () => void Promise.reject(new RangeError(SECRET)));
process.on('SIGURG', () => {
  setInterval(() => {
    // A failure need not be an error.
    // eslint-disable-next-line no-throw-literal
    throw SECRET;
  }, 5);
});

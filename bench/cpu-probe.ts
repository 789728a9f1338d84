// Preloaded into a server process: answers each message with the CPU time (user and system, microseconds) and memory used so far.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() });
});

/** Asks without a pause until the gateway is ready. @returns how often nobody took the connection meanwhile */
export async function untilReady(url: string): Promise<number> {
  for (let refusals = 0; ;)
    try {
      if ((await fetch(`${url}/health/ready`)).ok) return refusals;
    } catch {
      refusals += 1;
    }
}

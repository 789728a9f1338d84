/** How many requests wait in this process, in all and per tenant, so that one tenant with many tokens cannot take all the places. */
export class WaitingRoom {
  private readonly tenants = new Map<string, number>();
  inAll = 0;

  of(tenant: string): number {
    return this.tenants.get(tenant) ?? 0;
  }

  enter(tenant: string): void {
    this.tenants.set(tenant, this.of(tenant) + 1);
    this.inAll += 1;
  }

  leave(tenant: string): void {
    const left = this.of(tenant) - 1;
    if (left > 0) this.tenants.set(tenant, left);
    else this.tenants.delete(tenant);
    this.inAll -= 1;
  }
}

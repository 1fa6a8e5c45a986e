/** Where clients connect to: each VIP with each port, once. */
export function endpoints(services: { vip: string; port: number }[]): string[] {
  return [...new Set(services.map(({ vip, port }) => `${vip}:${port}`))];
}

/**
 * Addresses of a process's pages. The name stands in the query: it may hold spaces and dots, and an address that ends
 * in a dot and letters is taken for a file by the server.
 */
export function processPath(name: string): string {
  return `/process?name=${encodeURIComponent(name)}`;
}

export function editProcessPath(name: string): string {
  return `/process/edit?name=${encodeURIComponent(name)}`;
}

export function startRunPath(name: string): string {
  return `/runs/new?process=${encodeURIComponent(name)}`;
}

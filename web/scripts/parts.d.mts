export function partsOf(web: string): { name: string; version: string; license: string }[];

/** The server takes so much at a time. */
const largestPart = 16 * 1024 * 1024;
/** What a browser reads whole. */
const largestFile = 256 * 1024 * 1024;

const sizeOf = (text: string): number => new Blob([text]).size;

/**
 * A file of conversations in parts that the server takes, each of them a file of its own, so that whatever the export made comes
 * back. What is small enough stays as it is, whatever it is. Null: too large, or one conversation in it is.
 */
export async function partsOf(file: Blob, largest = largestPart): Promise<Blob[] | null> {
  if (file.size <= largest) return [file];
  if (file.size > largestFile) return null;
  const { format, conversations } = read(await file.text());
  if (!Array.isArray(conversations)) return null;
  const begin = `{"format":${JSON.stringify(format)},"conversations":[`;
  const end = "]}";
  const empty = sizeOf(begin + end);
  const parts: string[][] = [];
  let room = 0;
  for (const each of conversations as unknown[]) {
    const text = JSON.stringify(each);
    const size = sizeOf(text) + 1;
    if (empty + size > largest) return null;
    if (size > room) {
      parts.push([]);
      room = largest - empty;
    }
    parts.at(-1)?.push(text);
    room -= size;
  }
  return parts.map((part) => new Blob([begin, part.join(","), end]));
}

function read(text: string): { format?: unknown; conversations?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

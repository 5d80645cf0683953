import { useEffect, useState } from "react";

/** The value, once it has not changed for so many milliseconds. */
export function useQuiet(value: string, milliseconds: number): string {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const id = setTimeout(() => setQuiet(value), milliseconds);
    return () => clearTimeout(id);
  }, [value, milliseconds]);
  return quiet;
}

import { useEffect, useState } from "react";

/** The value as it was when it last stood still for so long: what is typed is not asked for letter by letter. */
export function useSettled<Value>(value: Value, milliseconds: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const id = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(id);
  }, [value, milliseconds]);
  return settled;
}

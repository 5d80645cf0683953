import { expect, it } from "vitest";
import { LinkGroup } from "./linkGroup";

function three() {
  const group = new LinkGroup();
  const told: string[] = [];
  const join = (id: string) =>
    group.join(id, {
      see: ({ from, to }) => {
        told.push(`${id} ${from}-${to}`);
        // What follows changes too, and says so.
        group.seen(id, { from, to });
      },
      crosshair: (time) => {
        told.push(`${id} at ${time}`);
        group.pointed(id, time);
      },
    });
  return { group, told, leave: ["a", "b", "c"].map(join) };
}

it("whoever is used leads the others, and nobody leads in circles", () => {
  const { group, told } = three();
  group.use("b");
  group.seen("b", { from: 1, to: 2 });
  group.pointed("b", 1);
  group.pointed("b", null);
  expect(told).toEqual(["a 1-2", "c 1-2", "a at 1", "c at 1", "a at null", "c at null"]);
});

it("nobody follows who is not used, has left, or is not linked", () => {
  const { group, told, leave } = three();
  group.seen("a", { from: 1, to: 2 });
  group.use("a");
  leave[1]?.();
  group.seen("a", { from: 3, to: 4 });
  group.linked = false;
  group.seen("a", { from: 5, to: 6 });
  expect(told).toEqual(["c 3-4"]);
});

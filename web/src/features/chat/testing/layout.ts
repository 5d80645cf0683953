/** For tests: jsdom lays nothing out. A window of 600 pixels, messages of 100, and scrolling that moves. */
export function pretendLayout(): void {
  const heightOf = (element: Element) => (element.classList.contains("message-window") ? 600 : 100);
  const listHeight = (element: Element) =>
    Number.parseFloat(element.querySelector<HTMLElement>(".message-list")?.style.height || "0");
  const define = (name: string, get: (this: HTMLElement) => number) =>
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get });
  define("offsetHeight", function () {
    return heightOf(this);
  });
  define("offsetWidth", () => 800);
  define("clientHeight", function () {
    return heightOf(this);
  });
  define("scrollHeight", function () {
    return Math.max(heightOf(this), listHeight(this));
  });
  HTMLElement.prototype.scrollTo = function (this: HTMLElement, options?: ScrollToOptions | number) {
    if (typeof options !== "object") return;
    this.scrollTop = Math.min(options.top ?? 0, Math.max(0, listHeight(this) - 600));
    // As in browsers, not at once.
    queueMicrotask(() => this.dispatchEvent(new Event("scroll")));
  } as HTMLElement["scrollTo"];
}

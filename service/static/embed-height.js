// Beside frames of Counterpose that are asked for with `fit=1`: give each the height that it says it has. Nothing else.
"use strict";

(() => {
  const ours = new URL(document.currentScript.src).origin;
  const frames = () => [...document.querySelectorAll("iframe[src]")].filter((frame) => new URL(frame.src).origin === ours);

  addEventListener("message", (event) => {
    const height = event.data?.counterpose?.height;
    if (!Number.isInteger(height) || height < 1 || height > 100000) return;
    const frame = frames().find((each) => each.contentWindow === event.source);
    if (frame) frame.height = height;
  });
  for (const frame of frames()) frame.contentWindow?.postMessage({ counterpose: "height" }, "*"); // those that spoke already
})();

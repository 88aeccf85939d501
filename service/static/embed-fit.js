// In an embed that is to fit its frame: tell the page around it how high it is, now and whenever that changes.
"use strict";

const tell = () => parent.postMessage({ counterpose: { height: Math.ceil(document.body.getBoundingClientRect().height) } }, "*");

new ResizeObserver(tell).observe(document.body);
addEventListener("message", (event) => { if (event.source === parent && event.data?.counterpose === "height") tell(); });

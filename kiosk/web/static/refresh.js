// Keeps a page as it stands at the shop: fetches it again and puts the new <main> in when it has changed.
"use strict";

const seconds = Number(document.body.dataset.refreshSeconds);
let shown = document.querySelector("main").innerHTML;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(10000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("main").innerHTML;
  if (fresh === shown) return;
  shown = fresh;
  document.querySelector("main").innerHTML = fresh;
  document.title = page.title;
}

async function keepFresh() {
  try {
    await refresh();
  } catch (fault) {
    // The terminal can't be reached just now: what is shown stays, and the next turn tries again.
    console.info(fault.name);
  }
  setTimeout(keepFresh, seconds * 1000);
}

setTimeout(keepFresh, seconds * 1000);

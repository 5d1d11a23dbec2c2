/* The page that says what is away asks now and then whether it is back, and only then loads anew:
   nobody who reads it is interrupted. Without scripts there is the link beside it. */
(() => {
  "use strict";
  const box = document.querySelector("[data-asks-again]");
  if (!box) return;
  const pause = Math.max(5, Number(box.dataset.asksAgain) || 15) * 1000;
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
      if (answer.status !== 503) {
        location.reload();
        return;
      }
    } catch {
      // no server at all: ask once more
    }
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
})();

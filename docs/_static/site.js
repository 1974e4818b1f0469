// SPDX-License-Identifier: Apache-2.0
// Long names in tables break after a dot or an underscore, not within a word.
for (const code of document.querySelectorAll("td code span, td code, td a")) {
  for (const node of [...code.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE)) {
    const parts = node.textContent.split(/(?<=[._/])/);
    node.replaceWith(...parts.flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part])));
  }
}

// A search for an error's text leads to the section that has it, or most of its words, and not to the
// top of a long page.
function showSearchedSection() {
  const search = document.referrer && new URL(document.referrer);
  if (!search || !search.pathname.endsWith("/search.html") || location.hash) return;
  const asked = (search.searchParams.get("q") || "").toLowerCase().replace(/\s+/g, " ").trim();
  const words = [...new Set(asked.match(/[\w-]+/g))];
  const score = (section) => {
    const text = section.textContent.toLowerCase().replace(/\s+/g, " ");
    return (text.includes(asked) ? words.length : 0) + words.filter((word) => text.includes(word)).length;
  };
  const sections = [...document.querySelectorAll("article section")].filter((one) => !one.querySelector("section"));
  const scores = sections.map(score);
  const best = Math.max(0, ...scores);
  if (best) sections[scores.indexOf(best)].scrollIntoView({ behavior: "instant" });
}
window.addEventListener("load", () => setTimeout(showSearchedSection, 100));

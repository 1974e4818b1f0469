// SPDX-License-Identifier: Apache-2.0
// Long names in tables break after a dot or an underscore, not within a word.
for (const code of document.querySelectorAll("td code span, td code")) {
  for (const node of [...code.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE)) {
    const parts = node.textContent.split(/(?<=[._/])/);
    node.replaceWith(...parts.flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part])));
  }
}

// A search for an error's text leads to the section that has most of its words, not to the top of a
// long page. Sphinx marks the words 10 ms after the page is loaded.
function showSearchedSection() {
  const wordsOf = (section) =>
    new Set([...section.querySelectorAll("span.highlighted")].map((word) => word.textContent.toLowerCase())).size;
  const sections = [...document.querySelectorAll("article section")].filter((one) => !one.querySelector("section"));
  const most = Math.max(0, ...sections.map(wordsOf));
  if (most && !location.hash) sections.find((one) => wordsOf(one) === most).scrollIntoView();
}
window.addEventListener("load", () => setTimeout(showSearchedSection, 100));

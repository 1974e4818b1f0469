// SPDX-License-Identifier: Apache-2.0
// Long names in tables break after a dot or an underscore, not within a word.
for (const code of document.querySelectorAll("td code span, td code")) {
  for (const node of [...code.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE)) {
    const parts = node.textContent.split(/(?<=[._/])/);
    node.replaceWith(...parts.flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part])));
  }
}

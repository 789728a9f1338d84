// Comfort only: every page works without it.
document.documentElement.classList.add('js');

/** A second click on the same form sends nothing. */
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
    event.submitter?.setAttribute('aria-disabled', 'true');
  });
}
// Coming back by the back button shows the page as it was left: it may be sent again.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll('button[aria-disabled]')) button.removeAttribute('aria-disabled');
});

for (const button of document.querySelectorAll('[data-copy]')) {
  const label = button.textContent;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = label), 2000);
    } catch {
      // Without the permission to write, the text is at least selected.
      getSelection().selectAllChildren(source);
    }
  });
}

/** A ticked place covers everything in it. */
function cover(tree) {
  for (const item of tree.querySelectorAll('li')) {
    const own = item.querySelector(':scope > label > input');
    const covered = item.parentElement.closest('li')?.querySelector(':scope > label > input');
    const above = Boolean(covered && (covered.checked || covered.disabled));
    if (above && !own.disabled) own.dataset.chosen = own.checked ? 'yes' : '';
    if (!above && own.disabled) own.checked = Boolean(own.dataset.chosen);
    own.disabled = above;
    if (above) own.checked = true;
  }
}

function filter(tree, wanted) {
  let matches = 0;
  for (const item of [...tree.querySelectorAll('li')].reverse()) {
    const name = item.querySelector(':scope > label .name').textContent.toLocaleLowerCase();
    const inside = item.querySelector(':scope > ul > li:not([hidden])');
    const hit = name.includes(wanted);
    if (hit) {
      matches += 1;
      for (const below of item.querySelectorAll('li')) below.hidden = false;
    }
    item.hidden = !hit && !inside;
  }
  document.getElementById('no-match').hidden = matches > 0 || !tree.querySelector('li');
}

const tree = document.getElementById('tree');
if (tree) {
  tree.addEventListener('change', () => cover(tree));
  addEventListener('pageshow', () => cover(tree));
  const box = document.querySelector('[data-filter="tree"]');
  box.addEventListener('input', () => filter(tree, box.value.trim().toLocaleLowerCase()));
  // Enter in the filter must not send the form.
  box.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault());
}

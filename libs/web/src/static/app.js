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

const boxOf = (item) => item?.querySelector(':scope > .row input');
const nameOf = (item) => item.querySelector(':scope > .row .name').textContent;

/** A ticked place covers everything in it; one in which something is ticked is shown half ticked. */
function cover(tree) {
  for (const item of tree.querySelectorAll('li')) {
    const [own, covering] = [boxOf(item), boxOf(item.parentElement.closest('li'))];
    if (!own) continue;
    const above = Boolean(covering && (covering.checked || covering.disabled));
    if (above && !own.disabled) own.dataset.chosen = own.checked ? 'yes' : '';
    if (!above && own.disabled) own.checked = Boolean(own.dataset.chosen);
    own.disabled = above;
    if (above) own.checked = true;
  }
  const chosen = [...tree.querySelectorAll('input:checked:not(:disabled)')];
  for (const item of tree.querySelectorAll('li')) {
    const own = boxOf(item);
    if (own) own.indeterminate = !own.checked && chosen.some((box) => item.contains(box));
  }
  tell(chosen);
}

/** Names the chosen places, each with a button that takes it away. */
function tell(chosen) {
  const [count, list] = [document.getElementById('count'), document.querySelector('#chosen ul')];
  const { none, one, many } = count.dataset;
  count.textContent = chosen.length === 1 ? one : chosen.length ? many.replace('#', chosen.length) : none;
  list.replaceChildren(
    ...chosen.map((box) => {
      const [item, name, button] = ['li', 'bdi', 'button'].map((tag) => document.createElement(tag));
      name.textContent = box.closest('li').dataset.path;
      Object.assign(button, { type: 'button', className: 'plain small', textContent: list.dataset.remove });
      button.setAttribute('aria-label', `${list.dataset.remove}: ${name.textContent}`);
      button.addEventListener('click', () => {
        box.checked = false;
        box.dispatchEvent(new Event('change', { bubbles: true }));
        (list.querySelector('button') ?? document.getElementById('filter')).focus();
      });
      item.append(name, button);
      return item;
    }),
  );
}

function filter(tree, wanted) {
  let matches = 0;
  for (const item of [...tree.querySelectorAll('li')].reverse()) {
    const inside = item.querySelector(':scope > ul > li:not([hidden])');
    const hit = nameOf(item).toLocaleLowerCase().includes(wanted);
    if (hit) {
      matches += 1;
      for (const below of item.querySelectorAll('li')) below.hidden = false;
    }
    item.hidden = !hit && !inside;
  }
  // What was found is shown, folded or not.
  tree.classList.toggle('filtering', wanted !== '');
  document.getElementById('no-match').hidden = matches > 0 || !tree.querySelector('li');
}

function fold(item, folded) {
  item.classList.toggle('folded', folded);
  item.querySelector(':scope > .row .fold').setAttribute('aria-expanded', String(!folded));
}

/** More rows than one can look over: only Spaces and Folders in which something is ticked are open. */
const MANY = 24;

const tree = document.getElementById('tree');
if (tree) {
  if (tree.querySelectorAll('li').length > MANY)
    for (const button of tree.querySelectorAll('.fold')) fold(button.closest('li'), true);
  tree.addEventListener(
    'click',
    ({ target }) =>
      target.matches('.fold') && fold(target.closest('li'), !target.closest('li').classList.contains('folded')),
  );
  tree.addEventListener('change', () => cover(tree));
  addEventListener('pageshow', () => {
    cover(tree);
    for (const box of tree.querySelectorAll('input:checked:not(:disabled)')) {
      for (let above = box.closest('li').parentElement.closest('li'); above; above = above.parentElement.closest('li'))
        fold(above, false);
    }
  });
  const box = document.querySelector('[data-filter="tree"]');
  box.addEventListener('input', () => filter(tree, box.value.trim().toLocaleLowerCase()));
  // Enter in the filter must not send the form.
  box.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault());
}

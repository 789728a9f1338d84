# Goes on with a code that you have got at /connect in a browser: token, tools/list, a read, a write that must be refused, revocation.
#   ./scripts/smoke-test.ps1
# A thin script around `npm run smoke`, which says more: docs/smoke.md
param(
  [string]$BaseUrl,
  [string]$RedirectUri,
  [string]$Code,
  [string]$CodeVerifier
)
$ErrorActionPreference = 'Stop'
if (-not $BaseUrl) { $BaseUrl = Read-Host 'Base URL (Enter: http://localhost:3011)' }
if (-not $BaseUrl) { $BaseUrl = 'http://localhost:3011' }
if (-not $RedirectUri) { $RedirectUri = Read-Host 'Redirect URI that you gave to /connect (Enter: http://localhost:3000/callback)' }
if (-not $RedirectUri) { $RedirectUri = 'http://localhost:3000/callback' }
if (-not $Code) { $Code = Read-Host 'Code, from the URL you were redirected to' }
if (-not $CodeVerifier) { $CodeVerifier = Read-Host 'Code verifier (Enter: none)' }

$Arguments = @('--base-url', $BaseUrl, '--redirect-uri', $RedirectUri, '--code', $Code)
if ($CodeVerifier) { $Arguments += @('--code-verifier', $CodeVerifier) }
Push-Location (Join-Path $PSScriptRoot '..')
try { & npm run --silent smoke '--' @Arguments } finally { Pop-Location }
exit $LASTEXITCODE

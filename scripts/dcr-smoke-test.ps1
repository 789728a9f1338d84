# Tries that clients can register themselves (RFC 7591), as ChatGPT does: health, metadata, registration.
#   ./scripts/dcr-smoke-test.ps1
# A thin script around `npm run smoke -- --dcr-only`, which says more: docs/smoke.md
param(
  [string]$BaseUrl,
  [string]$RedirectUri = 'https://oauth.pstmn.io/v1/callback'
)
$ErrorActionPreference = 'Stop'
if (-not $BaseUrl) { $BaseUrl = Read-Host 'Base URL (Enter: http://localhost:3011)' }
if (-not $BaseUrl) { $BaseUrl = 'http://localhost:3011' }

Push-Location (Join-Path $PSScriptRoot '..')
try { & npm run --silent smoke '--' '--dcr-only' '--base-url' $BaseUrl '--redirect-uri' $RedirectUri } finally { Pop-Location }
exit $LASTEXITCODE

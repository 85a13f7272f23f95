# A list of a policy: a key whose values 1, 2, 3 ... are exactly these texts. Without texts, no key.
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidatePattern('^HKLM:\\SOFTWARE\\Policies\\')][string]$Key,
    [AllowEmptyCollection()][string[]]$Items = @()
)
$ErrorActionPreference = 'Stop'

$before = @()
$there = Test-Path -LiteralPath $Key
if ($there) {
    $item = Get-Item -LiteralPath $Key
    $names = @($item.GetValueNames() | Sort-Object -Property { $number = 0; [void][int]::TryParse($_, [ref]$number); $number })
    $before = @($names | ForEach-Object { "$($item.GetValue($_))" })
}
$wanted = @($Items | Where-Object { $null -ne $_ })
$same = $before.Count -eq $wanted.Count -and $there -eq ($wanted.Count -gt 0)
for ($at = 0; $same -and $at -lt $wanted.Count; $at++) { $same = $before[$at] -ceq $wanted[$at] }
$Ansible.Changed = -not $same
$Ansible.Diff = @{ before = @{ items = $before }; after = @{ items = $wanted } }
if ($same -or $Ansible.CheckMode) { return }

if ($there) { Remove-Item -LiteralPath $Key -Recurse -Force }
if ($wanted.Count -eq 0) { return }
[void](New-Item -Path $Key -Force)
for ($at = 0; $at -lt $wanted.Count; $at++) {
    [void](New-ItemProperty -LiteralPath $Key -Name "$($at + 1)" -Value $wanted[$at] -PropertyType String)
}

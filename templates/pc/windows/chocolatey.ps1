# One package of Chocolatey (2.0 or newer): there, gone, or at a version. Values come as parameters and become arguments.
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidatePattern('^[A-Za-z0-9][A-Za-z0-9._+-]*$')][string]$Id,
    [Parameter(Mandatory)][ValidateSet('present', 'absent')][string]$State,
    [ValidatePattern('^([A-Za-z0-9][A-Za-z0-9._+-]*)?$')][string]$Version = ''
)
$ErrorActionPreference = 'Stop'

$found = Get-Command -Name choco.exe -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
$choco = if ($found) { $found.Source } else { "$env:ProgramData\chocolatey\bin\choco.exe" }
if (-not (Test-Path -LiteralPath $choco)) { throw 'Chocolatey is not installed' }

function Invoke-Choco([string[]]$Arguments) {
    # A native program's stderr is no exception.
    $ErrorActionPreference = 'Continue'
    $said = & $choco @Arguments 2>&1 | ForEach-Object { "$_" }
    @{ Code = $LASTEXITCODE; Lines = @($said) }
}

function Get-Installed {
    $answer = Invoke-Choco @('list', '--exact', $Id, '--limit-output')
    # 2: nothing found, where enhanced exit codes are on.
    if ($answer.Code -notin 0, 2) { throw "choco list ended with $($answer.Code): $($answer.Lines[-1])" }
    foreach ($line in $answer.Lines) {
        $name, $installed = $line -split '\|', 2
        if ($name -eq $Id -and $installed) { return $installed }
    }
    return $null
}

$before = Get-Installed
$right = if ($State -eq 'absent') { $null -eq $before } else { $null -ne $before -and (-not $Version -or $before -eq $Version) }
$Ansible.Changed = -not $right
$Ansible.Diff = @{
    before = @{ state = if ($null -eq $before) { 'absent' } else { 'present' }; version = "$before" }
    after = @{ state = $State; version = if ($State -eq 'absent') { '' } elseif ($Version) { $Version } else { "$before" } }
}
if ($right -or $Ansible.CheckMode) { return }

$arguments = if ($State -eq 'absent') { @('uninstall', $Id) } else { @('upgrade', $Id, '--allow-downgrade') }
if ($Version -and $State -eq 'present') { $arguments += @('--version', $Version) }
$answer = Invoke-Choco ($arguments + @('--yes', '--no-progress', '--limit-output'))
# 1641 and 3010: done, and a restart is needed.
if ($answer.Code -notin 0, 1641, 3010) { throw "choco $($arguments[0]) $Id ended with $($answer.Code): $($answer.Lines[-1])" }

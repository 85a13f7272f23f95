# One package of winget: there, gone, or at a version. Values come as parameters and become arguments, never text of a script.
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidatePattern('^[A-Za-z0-9][A-Za-z0-9._+-]*$')][string]$Id,
    [Parameter(Mandatory)][ValidateSet('present', 'absent')][string]$State,
    [ValidatePattern('^([A-Za-z0-9][A-Za-z0-9._+-]*)?$')][string]$Version = ''
)
$ErrorActionPreference = 'Stop'

# A session over WinRM has no app aliases, so the program is looked for where Windows keeps it.
$found = Get-Command -Name winget.exe -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
$winget = if ($found) { $found.Source } else {
    Get-ChildItem -Path "$env:ProgramFiles\WindowsApps\Microsoft.DesktopAppInstaller_*_8wekyb3d8bbwe\winget.exe" -ErrorAction SilentlyContinue |
        Sort-Object -Property LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
}
if (-not $winget) { throw 'winget is not installed (App Installer from the Microsoft Store, or its offline package)' }
$quiet = @('--exact', '--accept-source-agreements', '--disable-interactivity')

function Invoke-Winget([string[]]$Arguments) {
    # A native program's stderr is no exception.
    $ErrorActionPreference = 'Continue'
    $said = & $winget @Arguments 2>&1 | ForEach-Object { "$_" }
    @{ Code = $LASTEXITCODE; Lines = @($said) }
}

function Get-Installed {
    $answer = Invoke-Winget (@('list', '--id', $Id) + $quiet)
    # APPINSTALLER_CLI_ERROR_NO_APPLICATIONS_FOUND
    if ($answer.Code -eq -1978335212) { return $null }
    if ($answer.Code -ne 0) { throw "winget list ended with $($answer.Code): $($answer.Lines[-1])" }
    foreach ($line in $answer.Lines) {
        $words = @($line -split '\s+' | Where-Object { $_ })
        $at = [array]::IndexOf($words, $Id)
        if ($at -ge 0 -and $at + 1 -lt $words.Count) { return $words[$at + 1] }
    }
    throw "winget list does not say which version of $Id is there"
}

$before = Get-Installed
$right = if ($State -eq 'absent') { $null -eq $before } else { $null -ne $before -and (-not $Version -or $before -eq $Version) }
$Ansible.Changed = -not $right
$Ansible.Diff = @{
    before = @{ state = if ($null -eq $before) { 'absent' } else { 'present' }; version = "$before" }
    after = @{ state = $State; version = if ($State -eq 'absent') { '' } elseif ($Version) { $Version } else { "$before" } }
}
if ($right -or $Ansible.CheckMode) { return }

$arguments = if ($State -eq 'absent') { @('uninstall', '--id', $Id, '--silent') + $quiet } else {
    $verb = if ($null -ne $before) { 'upgrade' } else { 'install' }
    @($verb, '--id', $Id, '--scope', 'machine', '--silent', '--accept-package-agreements') + $quiet
}
if ($Version -and $State -eq 'present') { $arguments += @('--version', $Version) }
$answer = Invoke-Winget $arguments
if ($answer.Code -ne 0) { throw "winget $($arguments[0]) $Id ended with $($answer.Code): $($answer.Lines[-1])" }

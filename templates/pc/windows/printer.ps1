# One print queue of the whole PC. Values come as parameters; the queue's port has the name of its address.
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidatePattern('^[A-Za-z0-9][A-Za-z0-9._-]*$')][string]$Name,
    [Parameter(Mandatory)][ValidateSet('present', 'absent')][string]$State,
    [string]$Uri = '',
    [string]$Driver = '',
    [string]$Comment = '',
    [string]$Location = ''
)
$ErrorActionPreference = 'Stop'

$queue = Get-Printer -Name $Name -ErrorAction SilentlyContinue
$before = if ($queue) {
    @{ state = 'present'; uri = "$($queue.PortName)"; info = "$($queue.Comment)"; location = "$($queue.Location)" }
} else { @{ state = 'absent' } }
$after = if ($State -eq 'absent') { @{ state = 'absent' } } else {
    @{ state = 'present'; uri = $Uri; info = $Comment; location = $Location }
}
if ($State -eq 'present' -and $Driver) {
    $after.driver = $Driver
    if ($queue) { $before.driver = "$($queue.DriverName)" }
}
$differs = @($after.Keys | Where-Object { "$($before[$_])" -cne "$($after[$_])" })
# Windows names the port of an IPP queue as it likes: that it is there is all that can be told.
$ipp = $Uri -match '^ipps?://'
if ($queue -and $State -eq 'present' -and $ipp) {
    $differs = @($differs | Where-Object { $_ -ne 'uri' })
    $before.uri = $Uri
}
$Ansible.Changed = $differs.Count -gt 0
$Ansible.Diff = @{ before = $before; after = $after }
if (-not $Ansible.Changed -or $Ansible.CheckMode) { return }

if ($queue -and ($State -eq 'absent' -or $differs -contains 'uri' -or $differs -contains 'driver')) {
    Remove-Printer -Name $Name
    $queue = $null
}
if ($State -eq 'absent') { return }
if (-not $queue -and $ipp) {
    Add-Printer -Name $Name -IppURL $Uri
} elseif (-not $queue) {
    $address = [uri]$Uri
    $port = if ($address.Port -gt 0) { $address.Port } else { 9100 }
    if (-not (Get-PrinterPort -Name $Uri -ErrorAction SilentlyContinue)) {
        Add-PrinterPort -Name $Uri -PrinterHostAddress $address.Host -PortNumber $port
    }
    Add-Printer -Name $Name -DriverName $Driver -PortName $Uri
}
Set-Printer -Name $Name -Comment $Comment -Location $Location

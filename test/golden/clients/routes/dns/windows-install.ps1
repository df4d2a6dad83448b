#Requires -RunAsAdministrator
# Names with these ends are asked of the gateway. windows-remove.ps1 takes it away again.
$ErrorActionPreference = "Stop"
$mark = "from the client kit of tsproxy"
Get-DnsClientNrptRule | Where-Object { $_.Comment -eq $mark } | Remove-DnsClientNrptRule -Force
Add-DnsClientNrptRule -Namespace ".tail1234.ts.net" -NameServers "100.64.0.10" -Comment $mark
Add-DnsClientNrptRule -Namespace ".work.internal" -NameServers "100.64.0.10" -Comment $mark
Clear-DnsClientCache

#Requires -RunAsAdministrator
# Takes away what windows-install.ps1 has made, and nothing else.
$ErrorActionPreference = "Stop"
$mark = "from the client kit of tsproxy"
Get-DnsClientNrptRule | Where-Object { $_.Comment -eq $mark } | Remove-DnsClientNrptRule -Force
Clear-DnsClientCache

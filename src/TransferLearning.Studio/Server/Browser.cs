using System.ComponentModel;
using System.Diagnostics;

namespace TransferLearning.Studio;

/// <summary>Opens the user's browser.</summary>
public static class Browser
{
    /// <summary>Opens an address; where there is no browser, nothing happens: the address is printed as well.</summary>
    public static void Open(string address)
    {
        try
        {
            var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(address) { UseShellExecute = true }
                : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address])
                {
                    RedirectStandardError = true, RedirectStandardOutput = true,
                };
            using var process = Process.Start(start);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
        }
    }
}

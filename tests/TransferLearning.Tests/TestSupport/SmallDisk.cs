using System.Diagnostics;

namespace TransferLearning.Tests.TestSupport;

/// <summary>A file system of its own in memory, which only root may mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string File(string name) => _folder.File(name);

    public static SmallDisk Mount(string options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs tmpfs");
        var disk = new SmallDisk();
        if (Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.Path) == 0)
            return disk;
        disk._folder.Dispose();
        Assert.Skip("may not mount a small disk here");
        return disk;
    }

    public void MakeReadOnly() => Assert.Equal(0, Run("mount", "-o", "remount,ro", Path));

    public void Dispose()
    {
        Assert.Equal(0, Run("umount", Path));
        _folder.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

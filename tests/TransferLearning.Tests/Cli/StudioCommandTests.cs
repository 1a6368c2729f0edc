using System.Diagnostics;
using System.Globalization;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The studio is a tool of its own: it is started where it is installed, and otherwise it is said how to install it.</summary>
public sealed class StudioCommandTests
{
    [Fact]
    public async Task The_studio_is_started_where_it_is_and_otherwise_it_is_said_how_to_install_it()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("needs a shell script as a program");
        using var folder = new TemporaryFolder();
        string tools = Path.Combine(folder.Path, ".dotnet", "tools");
        var environment = new Dictionary<string, string?> { ["HOME"] = folder.Path };
        var absent = await CliRun.RunAsync(environment, "studio", "images");
        Assert.Equal(2, absent.ExitCode);
        Assert.Contains("dotnet tool install --global TransferLearning.Studio", absent.Errors, StringComparison.Ordinal);

        Directory.CreateDirectory(tools);
        string program = Path.Combine(tools, "transfer-learning-studio");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho \"$@\"\nexit 3\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var present = await CliRun.RunAsync(environment, "studio", "my images", "--port", "8123", "--no-browser");
        Assert.Equal((3, "my images --port 8123 --no-browser\n"), (present.ExitCode, present.Output));

        // A signal to the command ends the studio too.
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho $$\nexec sleep 60\n");
        using var process = CliRun.Start(environment, "studio", "--no-browser");
        int studio = int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        Assert.Equal(130, (await CliRun.EndAsync(process)).ExitCode);
        Assert.False(Directory.Exists($"/proc/{studio}"));
    }
}

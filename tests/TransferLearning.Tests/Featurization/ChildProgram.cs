using System.Diagnostics;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

/// <summary>Runs one explicit test of this assembly in a process of its own, which may be killed or lack files.</summary>
internal sealed class ChildProgram : IDisposable
{
    private readonly TemporaryFolder? _copy;
    private readonly string _assembly = typeof(ChildProgram).Assembly.Location;

    public ChildProgram()
    {
    }

    private ChildProgram(TemporaryFolder copy)
    {
        _copy = copy;
        _assembly = copy.File(Path.GetFileName(_assembly));
    }

    /// <summary>The program in a folder of its own, in which the files with the given name are no libraries.</summary>
    public static ChildProgram WithBrokenFile(string name)
    {
        var copy = new TemporaryFolder();
        string source = AppContext.BaseDirectory;
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(source, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy.File(relative))!);
            if (Path.GetFileName(file) == name)
                File.WriteAllText(copy.File(relative), "broken");
            else if (relative.StartsWith("TransferLearning.Tests.", StringComparison.Ordinal))
                File.Copy(file, copy.File(relative));
            else
                File.CreateSymbolicLink(copy.File(relative), file);
        }

        return new ChildProgram(copy);
    }

    /// <summary>Starts a test method.</summary>
    public Process Start(string method, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", _assembly, "-method", $"*.{method}", "-explicit", "only", "-noLogo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs a test method to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string method, params (string Name, string Value)[] environment)
    {
        using var process = Start(method, environment);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    public void Dispose() => _copy?.Dispose();
}

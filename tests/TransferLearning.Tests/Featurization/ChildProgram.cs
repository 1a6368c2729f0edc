using System.Diagnostics;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

/// <summary>The test host as a process of its own, which may be killed or lack files.</summary>
internal sealed class ChildProgram : IDisposable
{
    private const string HostName = "TransferLearning.TestHost.";

    private readonly TemporaryFolder? _copy;
    private readonly string _assembly = Path.Combine(AppContext.BaseDirectory, HostName + "dll");

    public ChildProgram()
    {
    }

    private ChildProgram(TemporaryFolder copy)
    {
        _copy = copy;
        _assembly = copy.File(Path.GetFileName(_assembly));
    }

    /// <summary>The program, for <c>dotnet exec</c>.</summary>
    public string Assembly => _assembly;

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
            else if (relative.StartsWith(HostName, StringComparison.Ordinal))
                File.Copy(file, copy.File(relative));
            else
                File.CreateSymbolicLink(copy.File(relative), file);
        }

        return new ChildProgram(copy);
    }

    /// <summary>Starts a command of the host.</summary>
    public Process Start(params IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", _assembly, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    public void Dispose() => _copy?.Dispose();
}

using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TransferLearning.Cli;

/// <summary><c>studio [FOLDER]</c>: opens the studio, which is a tool of its own.</summary>
internal static partial class StudioCommand
{
    private const int SigTerm = 15;

    /// <summary>The command of the package <c>TransferLearning.Studio</c>.</summary>
    public const string Program = "transfer-learning-studio";

    private const string HowToInstall =
        "The studio is a tool of its own and is not installed. Install it with: dotnet tool install --global TransferLearning.Studio";

    public static Command Create()
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "A folder of images, with or without classes; or a new one to fill.", Arity = ArgumentArity.ZeroOrOne,
        };
        var state = new Option<string?>("--state")
        {
            Description = "Where the studio keeps labels and runs; without it inside the folder.", HelpName = "FOLDER",
        };
        var port = new Option<int?>("--port") { Description = "The port of the page; without it a free one.", HelpName = "NUMBER" };
        var quiet = new Option<bool>("--no-browser") { Description = "Print the address only." };
        var command = new Command("studio", "Do all of this by looking, in the browser, on this machine: opens the studio.")
        {
            folder, state, port, quiet,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<string> arguments = [];
            if (parsed.GetValue(folder) is { } given)
                arguments.Add(given);
            if (parsed.GetValue(state) is { } place)
                arguments.AddRange(["--state", place]);
            if (parsed.GetValue(port) is { } number)
                arguments.AddRange(["--port", FormattableString.Invariant($"{number}")]);
            if (parsed.GetValue(quiet))
                arguments.Add("--no-browser");
            return await RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(List<string> arguments, CancellationToken cancellationToken)
    {
        foreach (string program in Places())
        {
            try
            {
                using var studio = Process.Start(new ProcessStartInfo(program, arguments))!;
                // Ctrl+C reaches the studio by itself, as it does everything in this terminal; a signal to this process alone does not.
                await using var stop = cancellationToken.Register(() => Terminate(studio)).ConfigureAwait(false);
                await studio.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                return cancellationToken.IsCancellationRequested ? ExitCode.Cancelled : studio.ExitCode;
            }
            catch (Win32Exception)
            {
                // Not there; the next place.
            }
        }

        throw new FileNotFoundException(HowToInstall);
    }

    /// <summary>In the search path, and where <c>dotnet tool install --global</c> puts tools, which is not in each search path.</summary>
    private static IEnumerable<string> Places() =>
    [
        Program,
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools",
            OperatingSystem.IsWindows() ? Program + ".exe" : Program),
    ];

    private static void Terminate(Process studio)
    {
        if (!OperatingSystem.IsWindows())
            _ = Kill(studio.Id, SigTerm);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}

using TransferLearning.TestHost;

// A process of its own for tests that kill, starve or race processes: `dotnet TransferLearning.TestHost.dll <command> <arguments>`.
// It writes lines to standard output that a test waits for; an error ends it with exit code 1 and "<exception type>: <message>" on
// standard error. A new command is one entry here and one file beside.
var commands = new Dictionary<string, Func<string[], Task>>(StringComparer.Ordinal)
{
    ["extract"] = ExtractCommand.RunAsync,
    ["fetch"] = FetchCommand.RunAsync,
    ["save"] = SaveCommand.RunAsync,
    ["threads"] = ThreadsCommand.RunAsync,
    ["train"] = TrainCommand.RunAsync,
};

if (args.Length == 0 || !commands.TryGetValue(args[0], out var command))
{
    await Console.Error.WriteLineAsync($"Commands: {string.Join(", ", commands.Keys)}");
    return 2;
}

try
{
    await command(args[1..]);
    return 0;
}
#pragma warning disable CA1031 // The test decides what the error means.
catch (Exception error)
#pragma warning restore CA1031
{
    await Console.Error.WriteLineAsync($"{error.GetType().Name}: {error.Message}");
    return 1;
}

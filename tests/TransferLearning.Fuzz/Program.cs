using System.Globalization;
using TransferLearning.Fuzz;

// Runs the readers of untrusted bytes on damaged inputs, in a child process, so that a crash is a finding.
if (args is ["worker", var workerTarget, var memory])
{
    WorkerLoop.Run(workerTarget, long.Parse(memory, CultureInfo.InvariantCulture));
    return 0;
}

try
{
    return args is ["replay", var target, var file] ? Replay(FuzzOptions.Known(target), file) : Search(FuzzOptions.Parse(args));
}
catch (Exception error) when (error is FormatException or IOException)
{
    Console.Error.WriteLine($"{error.Message}\n\n{FuzzOptions.Usage}");
    return 2;
}

static int Search(FuzzOptions options)
{
    int findings = 0;
    foreach (string name in options.Targets)
    {
        using var campaign = new Campaign(name, options, Console.Out);
        findings += campaign.Run(options.Time / options.Targets.Count);
    }

    Console.WriteLine(findings == 0 ? "No findings." : $"{findings} findings in {options.Findings}.");
    return findings == 0 ? 0 : 1;
}

static int Replay(string target, string file)
{
    using var worker = new WorkerProcess(target, new FuzzOptions().Limits);
    var outcome = worker.Run(File.ReadAllBytes(file));
    Console.WriteLine($"{outcome.Signature}\n{outcome.Detail}");
    return outcome.IsFinding ? 1 : 0;
}

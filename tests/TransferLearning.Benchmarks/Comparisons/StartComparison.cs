using System.Diagnostics;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>The start of the command line tool as it is built, against other ways to build it and settings of the runtime.</summary>
internal sealed class StartComparison : IComparison
{
    private static readonly (string Name, string Variable, string Value)[] Settings =
    [
        ("tiered PGO", "DOTNET_TieredPGO", "1"), ("no tiered compilation", "DOTNET_TieredCompilation", "0"),
        ("no culture data", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"),
        ("no concurrent collector", "DOTNET_gcConcurrent", "0"),
    ];

    public string Name => "start";

    public string Meaning =>
        "A new process of the command line tool predicts one image with a finished classifier of MobileNetV2: as it is built, against " +
        "the same compiled ahead of time for " +
        "this platform (`PublishReadyToRun`), as the packages for each platform have it, and against settings of the runtime. In " +
        "processor time where the system tells " +
        "it (in hundredths of a second), else by the clock.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string image = MobileNet.Images(1)[0];
        using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
        string saved = network.Save(classifier.ToOnnx(), "classifier.onnx");
        string compiled = await PublishAsync(network.Path("compiled"));

        Func<Task<double>>[] contestants =
        [
            () => RunAsync(BenchmarkData.Tool, saved, image, null),
            () => RunAsync(compiled, saved, image, null),
            .. Settings.Select(setting => (Func<Task<double>>)(() => RunAsync(BenchmarkData.Tool, saved, image, setting))),
        ];
        var processor = contestants.Select(_ => new List<double>()).ToArray();
        var times = await Turns.MeasureAsync(effort.Rounds,
            [.. contestants.Select((contestant, i) => (Func<Task>)(async () => processor[i].Add(await contestant())))]);
        string[] rivals = ["compiled ahead of time", .. Settings.Select(setting => setting.Name)];
        return [.. rivals.Select((rival, i) => new Row("start of the command line tool, one image", rival, Unit.Seconds)
        {
            Ours = [.. processor[0].Skip(1)],
            Theirs = [.. processor[i + 1].Skip(1)],
            Note = FormattableString.Invariant(
                $"by the clock {Statistics.Median(times[0].Seconds):F3} and {Statistics.Median(times[i + 1].Seconds):F3} s"),
        })];
    }

    /// <summary>Compiles the tool and all that it needs ahead of time for this machine.</summary>
    private static async Task<string> PublishAsync(string folder)
    {
        string[] arguments =
        [
            "publish", BenchmarkData.InRepository("src/TransferLearning.Cli"), "-c", BenchmarkData.Configuration, "--use-current-runtime",
            "--self-contained", "false",
            "-p:PublishReadyToRun=true", "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", Path.Combine(folder, "tool"),
            "-nologo", "-v:q",
        ];
        using var process = LineProcess.Start("dotnet", null, arguments);
        await process.EndAsync();
        return Path.Combine(folder, "tool", Path.GetFileName(BenchmarkData.Tool));
    }

    private static async Task<double> RunAsync(
        string tool, string model, string image, (string Name, string Variable, string Value)? setting)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", tool, "predict", model, image]);
        if (setting is { } used)
            start.Environment[used.Variable] = used.Value;
        double? before = ChildTime.Seconds();
        var clock = Stopwatch.StartNew();
        using var process = LineProcess.Start(start);
        await process.EndAsync();
        return ChildTime.Seconds() - before ?? clock.Elapsed.TotalSeconds;
    }
}

using System.Text.Json;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>The scripts of the folder <c>peers</c> on Node.js, in one process or in several that share the images.</summary>
internal sealed class NodePeer : IDisposable
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    private readonly LineProcess[] _processes;
    private readonly Setting _setting;

    private NodePeer(LineProcess[] processes, Setting setting) => (_processes, _setting) = (processes, setting);

    /// <summary>Installs the packages, once for a build, and starts a peer.</summary>
    /// <param name="script">The name of the script.</param>
    /// <param name="model">The file of the network.</param>
    /// <param name="setting">Processes and threads.</param>
    /// <exception cref="InvalidOperationException">
    /// Node.js or npm is missing, or a package could not be had; the message says why.
    /// </exception>
    public static async Task<NodePeer> StartAsync(string script, string model, Setting setting)
    {
        string folder = await Installed.Value;
        string options = JsonSerializer.Serialize(new { model, threads = setting.Threads, ahead = setting.Ahead });
        var peer = new NodePeer([.. Enumerable.Range(0, setting.Processes)
            .Select(_ => LineProcess.Start("node", folder, "main.cjs", script, options))], setting);
        foreach (var process in peer._processes)
            await process.ReadAsync();
        return peer;
    }

    /// <summary>Computes images.</summary>
    /// <returns>The features of the last.</returns>
    public async Task<float[]> RunAsync(IReadOnlyList<string> images)
    {
        var parts = _processes.Take(images.Count).Select(async (process, number) =>
        {
            await process.WriteAsync(JsonSerializer.Serialize(images.Where((_, i) => i % _processes.Length == number)));
            return await process.ReadAsync();
        });
        string[] answers = await Task.WhenAll(parts);
        return JsonSerializer.Deserialize<float[]>(answers[(images.Count - 1) % _processes.Length])!;
    }

    /// <summary>Lets it end by itself.</summary>
    public Task EndAsync() => Task.WhenAll(_processes.Select(process => process.EndAsync()));

    public override string ToString() => _setting.ToString();

    public void Dispose() => Array.ForEach(_processes, process => process.Dispose());

    /// <summary>npm's install scripts would fetch more from elsewhere; what is needed is in the packages.</summary>
    private static async Task<string> InstallAsync()
    {
        string source = BenchmarkData.InRepository("tests/TransferLearning.Benchmarks/peers");
        string folder = Directory.CreateDirectory(BenchmarkData.InRepository("tests/TransferLearning.Benchmarks/obj/peers")).FullName;
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        using var npm = LineProcess.Start(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder,
            "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline");
        await npm.EndAsync();
        return folder;
    }

    /// <summary>How the processors are used.</summary>
    /// <param name="Processes">Processes that share the images.</param>
    /// <param name="Threads">The threads of the network in each.</param>
    /// <param name="Ahead">Images that are decoded before the network wants them.</param>
    internal sealed record Setting(int Processes, int Threads, int Ahead)
    {
        /// <summary>One process for each processor, and one process with all threads.</summary>
        public static IReadOnlyList<Setting> ForManyImages { get; } =
            [new(Environment.ProcessorCount, 1, 1), new(1, Environment.ProcessorCount, 2 * Environment.ProcessorCount)];

        public static Setting ForOneImage { get; } = new(1, Environment.ProcessorCount, 1);

        public override string ToString() =>
            FormattableString.Invariant($"{Processes} process{(Processes == 1 ? "" : "es")} × {Threads} thread{(Threads == 1 ? "" : "s")}");
    }
}

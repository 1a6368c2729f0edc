using System.Diagnostics;
using System.Globalization;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Training steps of LibTorch, in a process of its own: the project <c>peers/torch</c>, which is built when it is asked for.
/// </summary>
internal sealed class TorchPeer : IDisposable
{
    private static readonly Lazy<Task<string>> Built = new(BuildAsync);

    private readonly LineProcess _process;

    private TorchPeer(LineProcess process, long parameters) => (_process, Parameters) = (process, parameters);

    /// <summary>The number of the network's parameters.</summary>
    public long Parameters { get; }

    /// <summary>Builds the peer, once, and starts it.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="keepsMemory">
    /// Whether the allocator of the C library keeps what was freed, instead of handing it back to the system: LibTorch allocates every
    /// tensor of a step anew.
    /// </param>
    /// <exception cref="InvalidOperationException">It cannot be built or started; the message says why.</exception>
    public static async Task<TorchPeer> StartAsync(string network, bool keepsMemory)
    {
        string threads = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        string batch = StepWork.Batch.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet", ["exec", await Built.Value, network, threads, batch]);
        if (keepsMemory)
        {
            start.Environment["MALLOC_MMAP_THRESHOLD_"] = "33554432";
            start.Environment["MALLOC_TOP_PAD_"] = "268435456";
            start.Environment["MALLOC_TRIM_THRESHOLD_"] = "8589934592";
        }

        var process = LineProcess.Start(start);
        return new TorchPeer(process, long.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture));
    }

    /// <summary>Runs steps.</summary>
    public async Task RunAsync(int steps)
    {
        await _process.WriteAsync(steps.ToString(CultureInfo.InvariantCulture));
        await _process.ReadAsync();
    }

    public void Dispose() => _process.Dispose();

    private static async Task<string> BuildAsync()
    {
        string project = BenchmarkData.InRepository("tests/TransferLearning.Benchmarks/peers/torch/TorchPeer.csproj");
        string output = BenchmarkData.InRepository("tests/TransferLearning.Benchmarks/obj/torch");
        using (var build = LineProcess.Start("dotnet", null, "build", project, "-c", "Release", "-o", output, "-v", "quiet"))
            await build.EndAsync();
        string binding = Path.Combine(output, "libLibTorchSharp.so");
        if (OperatingSystem.IsLinux() && File.Exists(binding))
            ElfLibrary.Weaken(binding, "_ZSt21ios_base_library_initv", "GLIBCXX_3.4.32");
        return Path.Combine(output, "TorchPeer.dll");
    }
}

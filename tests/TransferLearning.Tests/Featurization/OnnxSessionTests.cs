using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

public sealed class OnnxSessionTests
{
    [Fact]
    public void A_model_that_onnx_runtime_refuses_is_a_graph_error_with_its_name()
    {
        var graph = new GraphProto { Name = "odd" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("x", TensorProto.Types.DataType.Float, null, 3);
        builder.AddNamed("y", "NoSuchOperator", ["x"]);
        builder.Output("y", TensorProto.Types.DataType.Float, null, 3);
        var error = Assert.Throws<OnnxGraphException>(
            () => OnnxSession.Create(TinyNetwork.Model(graph), ExecutionOptions.Default, SessionMode.Throughput, "odd.onnx"));
        Assert.Contains("'odd.onnx'", error.Message, StringComparison.Ordinal);
        Assert.Contains("NoSuchOperator", error.Message, StringComparison.Ordinal);
        Assert.IsType<OnnxRuntimeException>(error.InnerException);
    }

    [Fact]
    public void A_run_that_fails_is_a_graph_error()
    {
        using var session = OnnxSession.Create(TinyNetwork.Averages(), ExecutionOptions.Default, SessionMode.Latency, "averages");
        using var lease = session.Enter();
        using var wrong = OrtValue.CreateTensorValueFromMemory(new float[5], [5]);
        Assert.Contains(
            "'averages'",
            Assert.Throws<OnnxGraphException>(() => lease.Run("input", wrong, "features", default)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(SessionMode.Throughput), 1)]
    [InlineData(nameof(SessionMode.Latency), 3)]
    public void The_hook_of_the_application_sees_every_session_with_its_threads(string mode, int threads)
    {
        var seen = new List<int>();
        var options = new ExecutionOptions { Threads = 3, ConfigureSession = session => seen.Add(session.IntraOpNumThreads) };
        using var session = OnnxSession.Create(TinyNetwork.Averages(), options, Enum.Parse<SessionMode>(mode));
        Assert.Equal([threads], seen);
    }

    [Fact]
    public void Threads_that_spin_compute_the_same()
    {
        float[][] rows = [.. new[] { false, true }.Select(spin =>
        {
            var options = new ExecutionOptions { Threads = 2, AllowSpinning = spin };
            using var session = OnnxSession.Create(TinyNetwork.Averages(), options, SessionMode.Latency);
            using var lease = session.Enter();
            var shape = session.Inputs["input"].Dimensions.Select(size => (long)Math.Max(1, size)).ToArray();
            float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (float)i)];
            using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
            using var output = lease.Run("input", input, "features", default);
            return output[0].GetTensorDataAsSpan<float>().ToArray();
        })];
        Assert.NotEmpty(rows[0]);
        Assert.Equal(rows[0], rows[1]);
    }

    [Fact]
    public void A_cancelled_run_throws_that_it_was_cancelled()
    {
        using var session = OnnxSession.Create(TinyNetwork.Averages(), ExecutionOptions.Default, SessionMode.Latency);
        using var lease = session.Enter();
        using var input = OrtValue.CreateTensorValueFromMemory(new float[192], [1, 3, 8, 8]);
        Assert.ThrowsAny<OperationCanceledException>(() => lease.Run("input", input, "features", new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_session_lives_until_its_last_user_leaves()
    {
        var session = OnnxSession.Create(TinyNetwork.Averages(), ExecutionOptions.Default, SessionMode.Latency);
        using var input = OrtValue.CreateTensorValueFromMemory(new float[192], [1, 3, 8, 8]);
        using (var lease = session.Enter())
        {
            session.Dispose();
            Assert.Throws<ObjectDisposedException>(() => session.Enter());
            using var result = lease.Run("input", input, "features", default);
            Assert.Equal(3, result[0].GetTensorDataAsSpan<float>().Length);
        }

        Assert.Throws<ObjectDisposedException>(() => session.Enter());
    }

    [Fact]
    public void Options_out_of_range_are_all_listed()
    {
        var options = new ExecutionOptions { Threads = 0, BatchSize = 5000 };
        string message = Assert.Throws<ArgumentException>(
            () => new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing, options)).Message;
        Assert.Contains("Threads is 0", message, StringComparison.Ordinal);
        Assert.Contains("BatchSize is 5000", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_native_library_is_named_with_the_package_that_brings_it()
    {
        using var folder = new TemporaryFolder();
        TinyNetwork.Averages().Save(folder.File("network.onnx"));
        using var program = ChildProgram.WithBrokenFile("libonnxruntime.so");
        using var process = program.Start("extract", folder.File("network.onnx"), "8", folder.Path);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("DllNotFoundException: ", error, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime", error, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }
}

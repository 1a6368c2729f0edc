using BenchmarkDotNet.Running;
using TransferLearning.Benchmarks;

// "featurizing": a paired comparison with its own harness. Anything else goes to BenchmarkDotNet, for instance --filter "*LinearHead*".
if (args is ["featurizing"])
    await FeaturizingComparison.RunAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);

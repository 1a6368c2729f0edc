using BenchmarkDotNet.Running;
using TransferLearning.Benchmarks;

// A name runs a paired comparison with its own harness. Anything else goes to BenchmarkDotNet, for instance --filter "*LinearHead*".
switch (args)
{
    case ["featurizing"]:
        await FeaturizingComparison.RunAsync();
        break;
    case ["batch-size"]:
        await BatchSizeComparison.RunAsync();
        break;
    case ["scaled-decode"]:
        await ScaledDecodeComparison.RunAsync();
        break;
    case ["mlnet-transform"]:
        TransformComparison.Run();
        break;
    case ["step"]:
        await StepComparison.RunAsync();
        break;
    case ["vgg16-epoch", .. var pictures]:
        await VggEpoch.RunAsync(pictures is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : null);
        break;
    case ["shard-scale", .. var counts]:
        await ShardScale.RunAsync([.. counts.Select(count => int.Parse(count, System.Globalization.CultureInfo.InvariantCulture))]);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}

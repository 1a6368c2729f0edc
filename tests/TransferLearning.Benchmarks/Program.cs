using System.Globalization;
using BenchmarkDotNet.Running;
using TransferLearning.Benchmarks.Architectures;
using TransferLearning.Benchmarks.Comparisons;
using TransferLearning.Benchmarks.Measuring;

// "table" measures everything; the name of a comparison measures that one. Anything else goes to BenchmarkDotNet, for instance
// --filter "*LinearHead*".
IComparison[] comparisons =
[
    new FeaturizingComparison(), new BareComparison(), new LatencyComparison(), new ColdComparison(), new PeersComparison(),
    new HeadComparison(),
    new StepComparison(), new TransformComparison(), new BatchSizeComparison(), new ScaledDecodeComparison(),
    new JpegComparison(), new QuantizedComparison(), new SoakComparison(),
];

// What was tried and is recorded in docs/adr, but says nothing about the library against others.
IComparison[] trials =
[
    new StartComparison(), new OpeningComparison(), new RunningComparison(), new StepPartsComparison(), new TorchComparison(),
    new GradientFormsComparison(),
];
switch (args)
{
    case ["table", .. var options]:
        return await TableCommand.RunAsync(comparisons, options);
    case ["soak", var count]:
        return await TableCommand.RunAsync([new SoakComparison(int.Parse(count, CultureInfo.InvariantCulture))], []);
    case [var name, .. var options] when comparisons.Concat(trials).FirstOrDefault(comparison => comparison.Name == name) is { } comparison:
        return await TableCommand.RunAsync([comparison], options);
    case ["head-scale", .. var earlier]:
        HeadScale.Run(earlier is [var library] ? library : null);
        return 0;
    case ["feature-scale", var many, .. var sizes]:
        await HeadScale.RunTablesAsync(
            int.Parse(many, CultureInfo.InvariantCulture), [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        return 0;
    case ["child", "head-memory" or "head-table", var classes, var rows]:
        HeadScale.RunChild(args[1][5..], int.Parse(classes, CultureInfo.InvariantCulture), int.Parse(rows, CultureInfo.InvariantCulture));
        return 0;
    case ["child", var work, var first, var second]:
        await ChildWork.RunAsync(work, first, second);
        return 0;
    case ["architectures", .. var options]:
        return await ArchitecturesCommand.RunAsync(options);
    case ["vit-from-scratch", .. var options]:
        await VitFromScratch.RunAsync(options);
        return 0;
    case ["recipes", .. var options]:
        await RecipeTable.RunAsync(options);
        return 0;
    case ["advice", .. var options]:
        await AdviceTable.RunAsync(options);
        return 0;
    case ["mirror", .. var options]:
        await MirrorTable.RunAsync(options);
        return 0;
    case ["vgg16-epoch", .. var images]:
        await VggEpoch.RunAsync(images is [var limit] ? int.Parse(limit, CultureInfo.InvariantCulture) : null);
        return 0;
    case ["memory"]:
        MemoryTable.Run();
        return 0;
    case ["device", .. var options]:
        await DeviceTable.RunAsync(options);
        return 0;
    case ["device-networks", .. var options]:
        await DeviceNetworks.RunAsync(options);
        return 0;
    case ["shard-scale", .. var counts]:
        await ShardScale.RunAsync([.. counts.Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
        return 0;
    case ["unknown", var backbone, .. var folders]:
        await UnknownComparison.RunAsync(backbone, folders);
        return 0;
    case ["backbones", .. var sets]:
        await BackboneTable.RunAsync(sets);
        return 0;
    case ["field-scale"]:
        await FieldScale.RunAsync();
        return 0;
    case ["blur", .. var folders]:
        await BlurTable.RunAsync(folders);
        return 0;
    case ["box-scale"]:
        await BoxScale.RunAsync();
        return 0;
    case ["boxes", var kind, var file, var images]:
        BoxScale.Read(kind, file, images);
        return 0;
    case ["service-load", .. var answers]:
        await ServiceLoad.RunAsync(answers is [var asked] ? int.Parse(asked, CultureInfo.InvariantCulture) : ServiceLoad.DefaultAnswers);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}

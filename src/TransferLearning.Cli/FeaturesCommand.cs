using System.CommandLine;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary><c>features FOLDER|LIST --output DIR</c>: the features of images from a frozen backbone, for other tools.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var images = new Argument<string>("images")
        {
            Description = "A folder of images, or a text file with the path or the http address of an image on each line.",
        }.RefuseOptionLike();
        var backbone = SharedOptions.BackboneName();
        var preprocessing = SharedOptions.Preprocessing();
        var cache = SharedOptions.FeatureCacheFolder();
        var shards = ShardOptions.Create(required: true);
        var json = SharedOptions.Json();
        var command = new Command("features", "Compute the features of images and write one Parquet file for each shard.")
        {
            images, backbone, preprocessing, cache, json,
        };
        shards.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = SharedOptions.ReadBackbone(parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing));
            var loaded = await ProgressDisplay.RunAsync(progress => chosen.LoadAsync(null, progress, cancellationToken))
                .ConfigureAwait(false);
            var network = loaded.WithoutTop();
            string identity = NetworkIdentity.Of(FeatureShard.TaskName, network, chosen.Preprocessing);
            var parts = shards.Read(parsed)!;
            using var table = new FeatureShard(
                new FeatureExtractor(network, chosen.Preprocessing),
                SharedOptions.OpenFeatureCache(parsed.GetValue(cache)),
                parts.Downloads,
                identity);
            string source = parsed.GetRequiredValue(images);
            return await ShardRun.RunAsync(source, parts, table, parsed.GetValue(json), cancellationToken)
                .ConfigureAwait(false);
        });
        return command;
    }
}

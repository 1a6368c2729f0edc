using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

public sealed class DatasetDoctorTests
{
    [Fact]
    public async Task Planted_faults_are_all_listed_and_nothing_else_is()
    {
        using var planted = new PlantedFaults();
        var report = await DatasetDoctor.CheckAsync(planted.Path);
        Assert.True(report.HasErrors);

        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => (planted.Full($"train/circle/{i:000}.jpg"), planted.Full($"valid/circle/copy{i}.jpg"))),
            Pairs(DatasetFindingKind.DuplicateAcrossSplits));
        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => (planted.Full($"train/square/{i:000}.jpg"), planted.Full($"valid/square/anew{i}.jpg"))),
            Pairs(DatasetFindingKind.NearDuplicateAcrossSplits));
        var cut = Single(DatasetFindingKind.Undecodable);
        Assert.Equal((FindingSeverity.Error, planted.Full("train/circle/cut.jpg")), (cut.Severity, Assert.Single(cut.Files)));
        Assert.Contains("cut off", cut.Message, StringComparison.Ordinal);
        var text = Single(DatasetFindingKind.NotAnImage);
        Assert.Equal((FindingSeverity.Warning, planted.Full("train/square/text.jpg")), (text.Severity, Assert.Single(text.Files)));
        Assert.Contains("a text", text.Message, StringComparison.Ordinal);
        var empty = Single(DatasetFindingKind.LeftOut);
        Assert.Equal((FindingSeverity.Note, planted.Full("train/nothing")), (empty.Severity, Assert.Single(empty.Files)));
        Assert.Equal(13, report.Findings.Count);
        Assert.Equal(report.Findings.OrderByDescending(finding => finding.Severity), report.Findings);

        Assert.Equal(59, report.Images);
        Assert.Equal(
            [("circle", 13, 9, 0), ("square", 12, 9, 0), ("yıldız İ ★", 12, 4, 0)],
            report.Classes.Select(found => (found.Name, found.Train, found.Validation, found.Test)));
        Assert.NotNull(report.Sizes);
        Assert.Equal((96, 96, 128), (report.Sizes.MinWidth, report.Sizes.MedianWidth, report.Sizes.MaxWidth));
        Assert.Equal((96, 96, 128), (report.Sizes.MinHeight, report.Sizes.MedianHeight, report.Sizes.MaxHeight));
        string table = report.ToString();
        foreach (var finding in report.Findings)
            Assert.All(finding.Files.Append(finding.Remedy), part => Assert.Contains(part, table, StringComparison.Ordinal));

        IEnumerable<(string, string)> Pairs(DatasetFindingKind kind) =>
            report.Findings.Where(finding => finding.Kind == kind).Select(finding =>
        {
            Assert.Equal((FindingSeverity.Error, 2), (finding.Severity, finding.Files.Count));
            return (finding.Files[0], finding.Files[1]);
        });

        DatasetFinding Single(DatasetFindingKind kind) => Assert.Single(report.Findings, finding => finding.Kind == kind);
    }

    [Fact]
    public async Task A_clean_dataset_has_no_findings_and_every_image_is_reported_as_progress()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 10, seed: 3);
        var progress = new ListProgress();
        var report = await DatasetDoctor.CheckAsync(folder.Path, progress: progress);
        Assert.False(report.HasErrors);
        Assert.Empty(report.Findings);
        Assert.Equal(Enumerable.Range(1, 30).Select(i => new TransferProgress(TransferStage.CheckDataset, i, 30)), progress.Values);
    }

    [Fact]
    public async Task Classes_that_clash_are_missing_or_are_too_small_are_named()
    {
        using var folder = new DatasetFolder().AddMany("train/Cat", 30).AddMany("train/caf\u00e9", 2).AddMany("train/cafe\u0301", 2)
            .AddMany("train/one", 1).AddMany("valid/Cat", 2).AddMany("valid/Horse", 2);
        var report = await DatasetDoctor.CheckAsync(folder.Path);
        var found = report.Findings.Where(finding => finding.Kind is not DatasetFindingKind.Undecodable)
            .ToLookup(finding => finding.Kind, finding => (finding.Severity, Files: finding.Files.ToArray()));
        Assert.Equal(
            [folder.Full("train/cafe\u0301"), folder.Full("train/caf\u00e9")],
            Assert.Single(found[DatasetFindingKind.ClashingNames]).Files);
        Assert.Equal([folder.Full("valid/Horse")], Assert.Single(found[DatasetFindingKind.UnknownClass]).Files);
        Assert.Contains(
            found[DatasetFindingKind.FewImages], f => f.Severity == FindingSeverity.Error && f.Files[0] == folder.Full("train/one"));
        Assert.Equal(3, found[DatasetFindingKind.FewImages].Count());
        Assert.Equal([folder.Full("train/Cat"), folder.Full("train/one")], Assert.Single(found[DatasetFindingKind.Imbalance]).Files);
        Assert.Equal(3, Assert.Single(found[DatasetFindingKind.MissingFromSplit]).Files.Length);
    }

    [Fact]
    public async Task Rotated_tiny_and_long_images_are_reported()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 10, seed: 4);
        byte[] jpeg = DrawnImages.Encode(0, 99);
        // An EXIF block with only the tag to rotate the image clockwise.
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
        ];
        File.WriteAllBytes(folder.File("circle/turned.jpg"), [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        File.WriteAllBytes(folder.File("circle/tiny.jpg"), DrawnImages.Encode(0, 98, side: 20));
        using (var bitmap = new SkiaSharp.SKBitmap(400, 60))
        using (var data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100))
            File.WriteAllBytes(folder.File("square/long.png"), data.ToArray());

        var report = await DatasetDoctor.CheckAsync(folder.Path);
        Assert.False(report.HasErrors);
        Assert.Equal(
            [
                (DatasetFindingKind.Tiny, FindingSeverity.Warning, folder.File("circle/tiny.jpg")),
                (DatasetFindingKind.ExtremeAspect, FindingSeverity.Warning, folder.File("square/long.png")),
                (DatasetFindingKind.Blank, FindingSeverity.Warning, folder.File("square/long.png")),
                (DatasetFindingKind.Rotated, FindingSeverity.Note, folder.File("circle/turned.jpg")),
            ],
            report.Findings.Select(finding => (finding.Kind, finding.Severity, Assert.Single(finding.Files))));
    }

    [Fact]
    public async Task An_image_with_two_labels_spoils_training_but_copies_in_one_class_do_not()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 10, seed: 5);
        File.Copy(folder.File("circle/001.jpg"), folder.File("circle/again.jpg"));
        File.Copy(folder.File("circle/002.jpg"), folder.File("square/wrong.jpg"));
        var report = await DatasetDoctor.CheckAsync(
            ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { ValidationFraction = 0 }));
        Assert.Equal(
            [(DatasetFindingKind.ConflictingLabels, FindingSeverity.Error), (DatasetFindingKind.Duplicate, FindingSeverity.Note)],
            report.Findings.Select(finding => (finding.Kind, finding.Severity)));
        Assert.Equal([folder.File("circle/002.jpg"), folder.File("square/wrong.jpg")], report.Findings[0].Files);
    }

    [Fact]
    public async Task Real_datasets_have_no_leaks()
    {
        foreach (string name in new[] { "dogs_vs_cats", "sign_language" })
        {
            var report = await DatasetDoctor.CheckAsync(TestData.Require($"datasets/{name}"));
            Assert.True(!report.HasErrors, report.ToString());
        }
    }

    [Fact]
    public async Task Bad_options_and_folders_are_refused_and_a_check_can_be_stopped()
    {
        var options = new DatasetCheckOptions
        {
            TinySide = 0,
            ExtremeAspect = double.NaN,
            Imbalance = 0,
            FewImages = 1,
            Threads = 0,
            Decoding = new ImageDecodeOptions { MaxPixels = 0 },
        };
        var error = await Assert.ThrowsAsync<ArgumentException>(() => DatasetDoctor.CheckAsync("x", options));
        foreach (string name in new[] { "TinySide", "ExtremeAspect", "Imbalance", "FewImages", "Threads", "MaxPixels" })
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DatasetException>(() => DatasetDoctor.CheckAsync("/no/such/folder"));

        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 10, seed: 6);
        using var source = new CancellationTokenSource();
        var stop = new ListProgress(_ => source.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DatasetDoctor.CheckAsync(folder.Path, progress: stop, cancellationToken: source.Token));
        Assert.InRange(stop.Values.Count, 1, 20);
    }
}

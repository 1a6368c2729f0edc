namespace TransferLearning.Tests.Data;

/// <summary>Classes in file names and tables, groups, and links (docs/field.md).</summary>
public sealed class FieldLabelTests
{
    [Theory]
    [InlineData("cat.0.jpg cat.1.jpg cat.2.jpg dog.0.jpg dog.1.jpg dog.2.jpg", "^[^.]+", "cat,dog")]
    [InlineData("great_pyrenees_1.jpg great_pyrenees_2.jpg great_pyrenees_3.jpg pug_1.jpg pug_2.jpg pug_3.jpg", null, "great_pyrenees,pug")]
    [InlineData("rose (1).jpg rose (2).jpg rose (3).jpg tulip (1).jpg tulip (2).jpg tulip (3).jpg", null, "rose,tulip")]
    [InlineData("001_sea.png 002_sea.png 003_sea.png 004_wood.png 005_wood.png 006_wood.png", null, "sea,wood")]
    [InlineData("0_cat_a.jpg 1_dog_b.jpg 2_cat_c.jpg 3_dog_d.jpg 4_cat_e.jpg 5_dog_f.jpg", null, "cat,dog")]
    [InlineData("IMG_1_cat.jpg IMG_2_cat.jpg IMG_3_cat.jpg IMG_4_dog.jpg IMG_5_dog.jpg IMG_6_dog.jpg", null, "cat,dog")]
    [InlineData("ok-a-x.jpg ok-b-y.jpg ok-c-z.jpg bad-a-x.jpg bad-b-y.jpg bad-c-z.jpg", "^[^-]+(?=-)", "bad,ok")]
    public void Classes_in_file_names_are_proposed_and_read(string names, string? pattern, string classes)
    {
        using var folder = new DatasetFolder();
        foreach (string name in names.Replace(" (", "\u00a0(", StringComparison.Ordinal).Split(' '))
            folder.Add(name.Replace('\u00a0', ' '));
        var error = Assert.Throws<DatasetException>(() => folder.Read());
        var remedy = Assert.Single(error.Remedies);
        Assert.Equal(DatasetRemedyKind.LabelPattern, remedy.Kind);
        if (pattern is not null)
            Assert.Equal(pattern, remedy.Value);
        var dataset = folder.Read(new ImageFolderOptions { LabelPattern = remedy.Value, ValidationFraction = 0 });
        Assert.Equal(classes, string.Join(',', dataset.Classes));
        Assert.Equal([3, 3], dataset.Train.ClassCounts);
        Assert.Contains($"from names by '{remedy.Value}'", dataset.Layout!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_without_classes_propose_nothing_and_wrong_patterns_are_refused()
    {
        using var folder = new DatasetFolder().AddMany(".", 8);
        Assert.Empty(Assert.Throws<DatasetException>(() => folder.Read()).Remedies);
        string message = Assert.Throws<DatasetException>(() => folder.Read(new ImageFolderOptions { LabelPattern = "^x" })).Message;
        Assert.Contains("0000.jpg", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => folder.Read(new ImageFolderOptions { LabelPattern = "(", GroupPattern = "[" }))
            .Message;
        Assert.Contains("LabelPattern is '('", message, StringComparison.Ordinal);
        Assert.Contains("GroupPattern is '['", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_of_flat_folders_keep_their_meaning_and_names_without_a_class_are_reported()
    {
        using var folder = new DatasetFolder();
        foreach (string name in new[] { "cat.0", "cat.1", "cat.2", "dog.0", "dog.1", "dog.2", "2024" })
            folder.Add($"train/{name}.jpg");
        folder.Add("test1/1.jpg").Add("test1/2.jpg").Add("valid/cat.7.jpg");
        var dataset = folder.Read(new ImageFolderOptions { LabelPattern = "^[a-z]+(?=\\.)" });
        Assert.Equal((6, 1, 0), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.Equal(DatasetProblemKind.NoLabel,
            Assert.Single(dataset.Problems, problem => problem.Path.EndsWith("2024.jpg", StringComparison.Ordinal)).Kind);
        Assert.Equal(folder.Full("test1"), Assert.Single(dataset.Layout!.LeftOut).Path);
    }

    [Fact]
    public void A_stray_file_does_not_hide_the_classes_in_names()
    {
        using var folder = new DatasetFolder().Add("screenshot.png");
        for (int i = 0; i < 12; i++)
            folder.Add($"{(i % 2 == 0 ? "Hund" : "Katze")} ({i}).jpg");
        var remedy = Assert.Single(Assert.Throws<DatasetException>(() => folder.Read()).Remedies);
        var dataset = folder.Read(new ImageFolderOptions { LabelPattern = remedy.Value });
        Assert.Equal(["Hund", "Katze"], dataset.Classes);
        Assert.Equal(DatasetProblemKind.NoLabel, Assert.Single(dataset.Problems).Kind);
    }

    [Theory]
    [InlineData("labels.csv", "id,breed", "{0},{1}")]
    [InlineData("_annotations.csv", "filename,width,height,class", "{0}.jpg,9,9,{1}")]
    [InlineData("train.tsv", "a\tb", "{0}\t{1}")]
    [InlineData("list.txt", "0000.jpg a", "{0}.jpg {1}")]
    public void A_table_beside_flat_images_is_found_among_others(string name, string header, string row)
    {
        using var folder = new DatasetFolder().AddMany(".", 8);
        File.WriteAllText(folder.Full("a_submission.csv"), "id,label\n");
        File.WriteAllText(folder.Full("a_test.csv"), "id\n");
        File.WriteAllLines(folder.Full(name), [header, .. Enumerable.Range(0, 8).Select(i =>
            string.Format(System.Globalization.CultureInfo.InvariantCulture, row, $"{i:D4}", i < 4 ? "a" : "b"))]);
        var remedy = Assert.Single(Assert.Throws<DatasetException>(() => folder.Read()).Remedies);
        Assert.Equal((DatasetRemedyKind.ReadTable, folder.Full(name)), (remedy.Kind, remedy.Value));
        Assert.Equal(["a", "b"], ImageDataset.FromCsv(remedy.Value).Classes);
    }

    [Fact]
    public void A_table_beside_flat_images_is_proposed()
    {
        using var folder = new DatasetFolder().AddMany("images", 8);
        File.WriteAllLines(folder.Full("labels.csv"), ["id,breed", .. Enumerable.Range(0, 8).Select(i => $"{i:D4},{(i < 4 ? "a" : "b")}")]);
        var remedy = Assert.Single(Assert.Throws<DatasetException>(() => folder.Read()).Remedies);
        Assert.Equal((DatasetRemedyKind.ReadTable, folder.Full("labels.csv")), (remedy.Kind, remedy.Value));
        Assert.Equal(8, ImageDataset.FromCsv(remedy.Value, new CsvDatasetOptions { ImageFolder = folder.Full("images") }).All.Count);
    }

    [Theory]
    [InlineData("sick/film{0}_frame{1}.jpg", @"^film\d+")]
    [InlineData("sick/film{0}/frame{1}.jpg", ImageFolderOptions.GroupBySubfolder)]
    [InlineData("sick/{1}-p{0}.jpg", @"-(p\d+)\.")]
    public void Images_of_a_group_are_never_divided(string name, string pattern)
    {
        using var folder = new DatasetFolder();
        foreach (string label in new[] { "sick", "well" })
        {
            for (int group = 0; group < 6; group++)
            {
                for (int image = 0; image < 5; image++)
                    folder.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, name, group, image)
                        .Replace("sick", label, StringComparison.Ordinal));
            }
        }

        var options = new ImageFolderOptions { GroupPattern = pattern, ValidationFraction = 0.3, TestFraction = 0.2 };
        var dataset = folder.Read(options);
        Assert.Equal(60, dataset.All.Count);
        Assert.All(dataset.All, image => Assert.NotNull(image.Group));
        AssertApart(dataset.Train, dataset.Validation, dataset.Test);
        Assert.All(dataset.KFold(3), fold => AssertApart(fold.Train, fold.Validation));
        AssertApart(
            dataset.Split(new ImageFolderOptions { Seed = 3 }).Train, dataset.Split(new ImageFolderOptions { Seed = 3 }).Validation);

        // Without groups, some are divided.
        var mixed = folder.Read(options with { GroupPattern = null });
        Assert.All(mixed.All, image => Assert.Null(image.Group));
        var again = mixed.Split(options);
        AssertApart(again.Train, again.Validation, again.Test);
    }

    [Fact]
    public void Groups_come_from_a_column_too_and_those_that_are_in_two_splits_are_reported()
    {
        using var folder = new DatasetFolder().AddMany("images", 40);
        File.WriteAllLines(
            folder.Full("table.csv"),
            ["path,label,patient", .. Enumerable.Range(0, 40).Select(i => $"images/{i:D4}.jpg,{(i % 2 == 0 ? "a" : "b")},p{i / 5}")]);
        var dataset = ImageDataset.FromCsv(folder.Full("table.csv"), new CsvDatasetOptions { GroupColumn = "patient" });
        Assert.Equal(40, dataset.All.Count);
        AssertApart(dataset.Train, dataset.Validation);

        using var divided = new DatasetFolder();
        foreach (string name in new[] { "train/a/p1_1", "train/a/p2_1", "train/b/p3_1", "train/b/p4_1", "valid/a/p1_2", "valid/b/p5_1" })
            divided.Add($"{name}.jpg");
        var problem = Assert.Single(divided.Read(new ImageFolderOptions { GroupPattern = "^p." }).Problems);
        Assert.Equal((DatasetProblemKind.GroupAcrossSplits, "p1"), (problem.Kind, problem.Path));
        string message = Assert.Throws<DatasetException>(() => divided.Read(new ImageFolderOptions { GroupPattern = "^film" })).Message;
        Assert.Contains("'^film' matches no image", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/classes.txt", "rose\nlily\ntulip\n")]
    [InlineData("data/labels.csv", "ClassId,Name\n10,tulip\n1,\"rose\"\n2,lily\n99,other\n")]
    [InlineData("data/class_names.txt", "\ufeff# from the paper\r\nrose 1\r\nlily 2\r\ntulip 10\r\n")]
    [InlineData("cat_to_name.json", "{\"10\": \"tulip\", \"1\": \"rose\", \"2\": \"lily\"}")]
    [InlineData("data/class_indices.json", "{\"rose\": 1, \"lily\": 2, \"tulip\": 10}")]
    [InlineData("data/names.json", "[\"rose\", \"lily\", \"tulip\"]")]
    public async Task Names_of_classes_that_are_numbers_are_proposed_and_read(string file, string content)
    {
        using var folder = new DatasetFolder().AddMany("data/01", 4).AddMany("data/2", 4).AddMany("data/10", 4);
        File.WriteAllText(folder.Full(file), content);
        File.WriteAllText(folder.Full("data/readme.txt"), "one\ntwo\nthree\n");
        string root = folder.Full("data");
        var numbers = ImageDataset.FromFolder(root);
        Assert.Equal(["01", "2", "10"], numbers.Classes);
        string line = numbers.Layout!.Lines[1];
        Assert.EndsWith(
            $"looks like their names: set ImageFolderOptions.ClassNamesFile to '{folder.Full(file)}'.", line, StringComparison.Ordinal);
        var options = new ImageFolderOptions { ClassNamesFile = folder.Full(file) };
        var named = ImageDataset.FromFolder(root, options);
        Assert.Equal(["rose", "lily", "tulip"], named.Classes);
        Assert.Equal(numbers.Train.Select(image => (image.Path, image.Label)), named.Train.Select(image => (image.Path, image.Label)));
        Assert.Equal(
            $"Classes: 3 named by '{Path.GetFileName(file)}' ('rose', 'lily', 'tulip').", named.Layout!.Lines[1]);
        Assert.Equal(named.Classes, named.Split(options).Classes);
        var report = await DatasetDoctor.CheckAsync(root, new DatasetCheckOptions { Folder = options });
        Assert.Equal(named.Classes, report.Classes.Select(found => found.Name));
        Assert.Equal(named.Layout.Lines, report.Layout!.Lines);
    }

    [Theory]
    [InlineData("rose\nlily\n", "does not name the 3 classes '0', '1', '2'")]
    [InlineData("rose\nlily\nrose\n", "the same name")]
    [InlineData("{\"0\": ", "cannot be read")]
    public void Names_that_do_not_fit_are_never_guessed(string content, string said)
    {
        using var folder = new DatasetFolder().AddMany("0", 3).AddMany("1", 3).AddMany("2", 3);
        File.WriteAllText(folder.Full("class_names.txt"), content);
        Assert.EndsWith("('0', '1', '2').", folder.Read().Layout!.Lines[1], StringComparison.Ordinal);
        var options = new ImageFolderOptions { ClassNamesFile = folder.Full("class_names.txt") };
        Assert.Contains(said, Assert.Throws<DatasetException>(() => folder.Read(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_inside_are_followed_and_those_outside_on_request_only()
    {
        using var folder = new DatasetFolder().AddMany("pool/cat", 4).AddMany("pool/dog", 4).AddMany("data/real/cat", 2);
        foreach (string label in new[] { "cat", "dog" })
        {
            Directory.CreateDirectory(folder.Full($"images/{label}"));
            for (int i = 0; i < 4; i++)
                File.CreateSymbolicLink(folder.Full($"images/{label}/{i:D4}.jpg"), $"../../pool/{label}/{i:D4}.jpg");
        }

        Directory.CreateDirectory(folder.Full("classes"));
        Directory.CreateSymbolicLink(folder.Full("classes/cat"), "../pool/cat");
        Directory.CreateSymbolicLink(folder.Full("classes/dog"), folder.Full("pool/dog"));
        var follow = new ImageFolderOptions { FollowLinks = true, ValidationFraction = 0 };
        foreach (string name in new[] { "images", "classes" })
        {
            var error = Assert.Throws<DatasetException>(() => ImageDataset.FromFolder(folder.Full(name)));
            Assert.Equal(DatasetRemedyKind.FollowLinks, Assert.Single(error.Remedies).Kind);
            Assert.Equal([4, 4], ImageDataset.FromFolder(folder.Full(name), follow).Train.ClassCounts);
        }

        // Within the folder that was named.
        Directory.CreateSymbolicLink(folder.Full("data/linked"), folder.Full("data/real"));
        var classes = new ImageFolderOptions { Interpretation = FolderInterpretation.Classes, ValidationFraction = 0 };
        Assert.Equal(["linked", "real"], ImageDataset.FromFolder(folder.Full("data"), classes).Classes);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_linked_split_is_never_replaced_and_loops_are_refused_even_on_request()
    {
        using var folder = new DatasetFolder().AddMany("data/train/cat", 6).AddMany("data/train/dog", 6).AddMany("other/cat", 2)
            .AddMany("other/dog", 2);
        Directory.CreateSymbolicLink(folder.Full("data/valid"), "../other");
        var error = Assert.Throws<DatasetException>(() => ImageDataset.FromFolder(folder.Full("data")));
        Assert.Contains(folder.Full("data/valid"), error.Message, StringComparison.Ordinal);
        Assert.Equal(DatasetRemedyKind.FollowLinks, Assert.Single(error.Remedies).Kind);
        await Assert.ThrowsAsync<DatasetException>(() => DatasetDoctor.CheckAsync(folder.Full("data")));
        Directory.CreateSymbolicLink(folder.Full("data/train/cat/up"), folder.Full("data"));
        Directory.CreateSymbolicLink(folder.Full("data/train/cat/over"), folder.Full("data/train/dog"));
        Directory.CreateSymbolicLink(folder.Full("data/train/dog/over"), folder.Full("data/train/cat"));
        var dataset = await Task.Run(
            () => ImageDataset.FromFolder(folder.Full("data"), new ImageFolderOptions { FollowLinks = true }),
            TestContext.Current.CancellationToken);
        Assert.Equal((24, 4), (dataset.Train.Count, dataset.Validation.Count));
        Assert.True(dataset.Problems.Count(problem => problem.Kind == DatasetProblemKind.SkippedLink) >= 3);
    }

    private static void AssertApart(params LabeledImageSet[] sets)
    {
        Assert.All(sets, set => Assert.NotEmpty(set));
        string?[] groups = [.. sets.SelectMany(set => set.Select(image => image.Group).Distinct())];
        Assert.Equal(groups.Length, groups.Distinct().Count());
    }
}

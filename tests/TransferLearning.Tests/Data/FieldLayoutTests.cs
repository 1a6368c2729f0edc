namespace TransferLearning.Tests.Data;

/// <summary>
/// The folders that people have (docs/field.md): what they are taken for, or the error with the ways to read them. A folder is written as
/// its image folders with the number of images, for instance <c>train/cat:4</c>; 0 is an empty folder.
/// </summary>
public sealed class FieldLayoutTests
{
    public static TheoryData<string, string, string> Recognised => new()
    {
        // Split folders of other names.
        { "training_set/cat:4 training_set/dog:4 test_set/cat:2 test_set/dog:2", "training_set=train test_set=test", "cat:4 dog:4" },
        { "Train/cat:4 Train/dog:4 TEST/cat:2 TEST/dog:2", "Train=train TEST=test", "cat:4 dog:4" },
        { "images_train/cat:4 images_train/dog:4 images_val/cat:2 images_val/dog:2", "images_train=train images_val=validation",
            "cat:4 dog:4" },
        { "train2017/a:3 train2017/b:3 val2017/a:2 val2017/b:2", "train2017=train val2017=validation", "a:3 b:3" },
        { "TrainingData/a:3 TrainingData/b:3 testImages/a:2 testImages/b:2", "TrainingData=train testImages=test", "a:3 b:3" },
        { "trainset/a:3 trainset/b:3 devset/a:1 devset/b:1 testset/a:2 testset/b:2", "trainset=train devset=validation testset=test",
            "a:3 b:3" },
        { "01-train/a:3 01-train/b:3 02-validation/a:1 02-validation/b:1", "01-train=train 02-validation=validation", "a:3 b:3" },
        { "flowers_train/rose:3 flowers_train/tulip:3 flowers_test/rose:1", "flowers_train=train flowers_test=test", "rose:3 tulip:3" },
        { "Entrenamiento/a:3 Entrenamiento/b:3 Prueba/a:1 Prueba/b:1", "Entrenamiento=train Prueba=test", "a:3 b:3" },

        { "Trainingsdaten/a:3 Trainingsdaten/b:3 Validierungsdaten/a:1 Validierungsdaten/b:1 Testbilder/a:1 Testbilder/b:1",
            "Trainingsdaten=train Validierungsdaten=validation Testbilder=test", "a:3 b:3" },
        { "dados_treino/a:3 dados_treino/b:3 dados_teste/a:1 dados_teste/b:1", "dados_treino=train dados_teste=test", "a:3 b:3" },
        { "trainingsset/a:3 trainingsset/b:3 testset/a:1 testset/b:1", "trainingsset=train testset=test", "a:3 b:3" },

        { "学習用/a:3 学習用/b:3 テストデータ/a:1 テストデータ/b:1", "学習用=train テストデータ=test", "a:3 b:3" },
        { "eğitim~seti/a:3 eğitim~seti/b:3 Doğrulama/a:1 Doğrulama/b:1", "eğitim seti=train Doğrulama=validation", "a:3 b:3" },
        { "обучающая~выборка/a:3 обучающая~выборка/b:3 тестовая~выборка/a:1", "обучающая выборка=train тестовая выборка=test", "a:3 b:3" },
        { "훈련용/a:3 훈련용/b:3 검증/a:1 테스트/b:1", "훈련용=train 검증=validation 테스트=test", "a:3 b:3" },
        { "训练集/a:3 训练集/b:3 測試集/a:1", "训练集=train 測試集=test", "a:3 b:3" },
        { "Trainings~(2)/a:3 Trainings~(2)/b:3 Tests~(2)/a:1", "Trainings (2)=train Tests (2)=test", "a:3 b:3" },

        // One level doubled, with an unlabelled third one, or inside another folder.
        {
            "seg_train/seg_train/sea:4 seg_train/seg_train/street:4 seg_test/seg_test/sea:2 seg_test/seg_test/street:2 seg_pred/seg_pred:5",
            "seg_train/seg_train=train seg_test/seg_test=test",
            "sea:4 street:4 -seg_pred"
        },
        { "train/train/a:3 train/train/b:3 test/test:5", "train/train=train", "a:3 b:3 -test" },
        { "train/images/a:3 train/images/b:3 valid/images/a:1 valid/images/b:1", "train/images=train valid/images=validation", "a:3 b:3" },
        { "x/x/Train/a:3 x/x/Train/b:3 x/x/Validate/a:1 x/x/Validate/b:1", "x/x/Train=train x/x/Validate=validation", "a:3 b:3" },
        { "train/a:3 train/b:3 val/a:1 val/b:1 x/train/a:3 x/train/b:3", "train=train val=validation", "a:3 b:3 -x" },
        { "train/a:3 train/b:3 test/part1/a:1 test/part1/b:1", "train=train test/part1=test", "a:3 b:3" },

        // Splits inside the classes, or in their names.
        { "cat/train:4 cat/test:2 dog/train:4 dog/test:2", "*/train=train */test=test", "cat:4 dog:4" },
        { "train_cats:4 train_dogs:4 test_cats:2 test_dogs:2", "train_cats=train train_dogs=train test_cats=test test_dogs=test",
            "cats:4 dogs:4" },

        { "Cat/Training:4 Cat/Testing:2 Dog/Training:4 Dog/Testing:2", "*/Training=train */Testing=test", "Cat:4 Dog:4" },
        { "a/1_train:4 a/2_val:2 b/1_train:3 b/2_val:1 x:0", "*/1_train=train */2_val=validation", "a:4 b:3 -x" },
        { "cat_train:4 cat_val:2 dog_train:4 dog_val:2", "cat_train=train dog_train=train cat_val=validation dog_val=validation",
            "cat:4 dog:4" },
        { "Training-Rose:3 Training-Tulpe:3 Test-Rose:1 Test-Tulpe:1",
            "Training-Rose=train Training-Tulpe=train Test-Rose=test Test-Tulpe=test", "Rose:3 Tulpe:3" },

        // Classes that look the same in another split; a class without validation images; splits without images.
        { "train/\uac15:4 train/dog:4 valid/\u1100\u1161\u11bc:2 valid/dog:2", "train=train valid=validation", "dog:4 \uac15:4" },
        { "train/caf\u00e9:4 train/th\u00e9:4 test/cafe\u0301:2 test/the\u0301:2", "train=train test=test", "caf\u00e9:4 th\u00e9:4" },
        { "train/a:3 train/b:3 train/c:3 valid/a:1 valid/c:1 valid/b:0", "train=train valid=validation", "a:3 b:3 c:3" },
        { "Train/x:3 Train/y:3 Dev/y:1 Test/x:1", "Train=train Dev=validation Test=test", "x:3 y:3" },
        { "train/a:3 train/b:3 valid:0 test/a:0 test/b:0", "train=train", "a:3 b:3 -test -valid" },

        // Test without labels.
        { "train/cat:4 train/dog:4 test:3", "train=train", "cat:4 dog:4 -test" },
        { "train/cat:4 train/dog:4 test1:3 sample_submission:1", "train=train", "cat:4 dog:4 -sample_submission -test1" },
        { "train/cat:4 train/dog:4 test/unknown:3", "train=train", "cat:4 dog:4 -test" },
        { "training_set/cat:4 training_set/dog:4 test_set/cat:2 single_prediction:2", "training_set=train test_set=test",
            "cat:4 dog:4 -single_prediction" },

        // Folders without images.
        { "cat:4 dog:4 New~folder:0", "", "cat:4 dog:4 -New folder" },
        { "cat:4 dog:4 runs/exp1/weights:0 backup:0", "", "cat:4 dog:4 -backup -runs" },
        { "train/cat:4 train/dog:4 train/owl:0 valid/cat:1 valid/owl:0", "train=train valid=validation", "cat:4 dog:4 -train/owl" },

        // Images that nobody has labelled.
        { "cat:4 dog:4 unlabeled:9", "", "cat:4 dog:4 -unlabeled" },
        { "cat:4 dog:4 Unsorted~images:9", "", "cat:4 dog:4 -Unsorted images" },
        { "cat:4 dog:4 unsorted:3 unsorted/2026/may:5", "", "cat:4 dog:4 -unsorted" },
        { "cat:4 dog:4 unlabelled/a:5 unlabelled/b:5", "", "cat:4 dog:4 -unlabelled" },

        { "train/a:4 train/b:4 test/a:1 test/b:1 unlabeled:9", "train=train test=test", "a:4 b:4 -unlabeled" },
        { "a:4 b:4 unannotated_data:3", "", "a:4 b:4 -unannotated_data" },

        // Folders of systems, at any depth.
        { "cat:4 dog:4 __MACOSX/cat:2", "", "cat:4 dog:4" },
        { "cat:4 dog:4 cat/@eaDir/x.jpg:3 @eaDir:2", "", "cat:4 dog:4" },
        { "train/cat:4 train/dog:4 train/.ipynb_checkpoints:2 $RECYCLE.BIN:3 #recycle/cat:1", "train=train", "cat:4 dog:4" },
        { "cat:4 dog:4 cat/@Recycle:2 dog/@__thumb:2 lost+found:1 Previews.lrdata/a:2", "", "cat:4 dog:4" },

        // Names that only look like splits.
        { "train:4 bus:4 car:4", "", "bus:4 car:4 train:4" },
        { "control:4 test:4", "", "control:4 test:4" },
        { "valid:4 invalid:4", "", "invalid:4 valid:4" },
        { "bullet_train:4 test_tube:4", "", "bullet_train:4 test_tube:4" },
        { "cat/2023:2 cat/2024:2 dog/2023:2 dog/2024:2", "", "cat:4 dog:4" },
        { "sick/patient1:2 sick/patient2:2 well/patient3:2 well/patient4:2", "", "sick:4 well:4" },

        // Names that count.
        { "10:2 9:2 0:2 2:2 1:2", "", "0:2 1:2 2:2 9:2 10:2" },
        { "img12:2 img2:2 Img1:2", "", "Img1:2 img2:2 img12:2" },
        { "v1.10:2 v1.9:2 v1.2:2", "", "v1.2:2 v1.9:2 v1.10:2" },
    };

    public static TheoryData<string, string, string> Refused => new()
    {
        { "pets/cat:4 pets/dog:4", "'cat', 'dog' look like the classes", "ReadFolder pets|ReadAsClasses" },
        { "images/a:3 images/b:3 meta:0", "'a', 'b' look like the classes", "ReadFolder images|ReadAsClasses" },
        { "images/a:3 images/b:3 masks/a:3 masks/b:3", "do not look like classes", "ReadFolder images|ReadAsClasses" },
        { "images:4 annotations/trimaps:4", "no class folders, but 4 images", "" },
        { "images/train:4 images/val:2 labels/train:0 labels/val:0", "no class folders, but 4 images", "" },
        { "images/train:4 images/val:2 masks/train:4 masks/val:2", "no class folders, but 4 images", "" },
        { "pets/train:4 pets/test:2", "no class folders, but 4 images", "" },
        { "Takeout/Google~Photos/Cats:4 Takeout/Google~Photos/Dogs:4", "only the folder 'Takeout/Google Photos'",
            "ReadFolder Takeout/Google Photos|ReadAsClasses" },
        { "a/b/c/rose:4 a/b/c/tulip:4 a/b/c/oak:4 readme:0", "'oak', 'rose', 'tulip' look like the classes",
            "ReadFolder a/b/c|ReadAsClasses" },
        { "x/images:6", "no class folders, but 6 images", "" },
        { "london_train/a:3 london_train/b:3 paris_val/a:2 paris_val/b:2", "may be splits or classes", "ReadAsSplits|ReadAsClasses" },
        { "train:0 valid/cat:3 valid/dog:3", "'train' has no images", "ReadFolder valid" },
        { "train:4 valid:4", "no class folders, but 4 images", "" },
        { "train:4 test:4 extra:2", "no class folders", "" },
        { "x-001/pets/train/a:2 x-001/pets/train/b:2 x-001/pets/val/a:1 x-002/pets/train/a:2 x-002/pets/train/b:2", "with splits in it",
            "ReadFolder x-001/pets|ReadAsClasses" },
        { "1/pets/train/a:2 1/pets/train/b:2 1/pets/test/a:1 2/pets/train/a:2 2/pets/test/a:2", "1 more like it",
            "ReadFolder 1/pets|ReadAsClasses" },
        { "part1/pets/cat:2 part1/pets/dog:2 part2/pets/cat:2 part2/pets/dog:2", "may be the classes",
            "LabelPattern ([^/]+)/[^/]+$|ReadAsClasses" },
        { "berlin/cat:2 berlin/dog:2 paris/cat:2 paris/dog:2", "may be the classes", "LabelPattern ([^/]+)/[^/]+$|ReadAsClasses" },
        { "A_train/cat:4 A_train/dog:4 B_test/cat:2 B_test/dog:2", "may be splits or classes", "ReadAsSplits|ReadAsClasses" },
        { "train/steam:3 train/diesel:3 bus:3 car:3", "may be splits or classes", "ReadAsSplits|ReadAsClasses" },
        { "data/train/a:3 data/train/b:3 data/test/a:1 other:4", "splits in it", "ReadFolder data|ReadAsClasses" },
        { "data/train/a:3 data/train/b:3 other/a:4 other/b:4", "splits in it", "ReadFolder data|ReadAsClasses" },
        { "valid/cat:3 valid/dog:3 test/cat:3", "no 'train' folder", "ReadFolder valid" },
        { "train1/a:2 train1/b:2 train2/a:2 train2/b:2", "several folders for one split", "" },
    };

    [Theory]
    [MemberData(nameof(Recognised))]
    public async Task Folders_are_recognised_and_explained(string folders, string splits, string classesAndLeftOut)
    {
        using var folder = Make(folders);
        var dataset = folder.Read(new ImageFolderOptions { ValidationFraction = 0 });
        var layout = dataset.Layout!;
        Assert.Equal(splits, string.Join(' ', layout.Splits.Select(split => $"{split.Folder}={split.Split}")));
        var classes = dataset.Classes.Select((name, label) => $"{name}:{dataset.Train.ClassCounts[label]}");
        var leftOut = layout.LeftOut.Select(left => "-" + Path.GetRelativePath(folder.Path, left.Path)).Order(StringComparer.Ordinal);
        Assert.Equal(classesAndLeftOut, string.Join(' ', classes.Concat(leftOut)));
        Assert.InRange(layout.Lines.Count, 2, 3);
        string text = layout.ToString();
        Assert.All(layout.Splits, split => Assert.Contains($"'{split.Folder}' is {split.Split}", text, StringComparison.Ordinal));
        Assert.All(layout.LeftOut, left => Assert.Contains(Path.GetFileName(left.Path), text, StringComparison.Ordinal));

        // The check reads what training reads, and says the same.
        var report = await DatasetDoctor.CheckAsync(
            folder.Path, new DatasetCheckOptions { Folder = new ImageFolderOptions { ValidationFraction = 0 } });
        Assert.Equal(layout.Lines, report.Layout!.Lines);
        Assert.Equal(dataset.All.Count, report.Images);
        Assert.Contains(text, report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_certain_is_an_error_with_the_ways_to_read_it(string folders, string said, string remedies)
    {
        using var folder = Make(folders);
        var error = Assert.Throws<DatasetException>(() => folder.Read());
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(remedies, string.Join('|', error.Remedies.Select(remedy => $"{remedy.Kind} {Shown(remedy.Value)}".Trim())));
        Assert.All(error.Remedies, remedy => Assert.Contains(remedy.ToString(), error.Message, StringComparison.Ordinal));
        Assert.Equal(error.Message, (await Assert.ThrowsAsync<DatasetException>(() => DatasetDoctor.CheckAsync(folder.Path))).Message);

        foreach (var remedy in error.Remedies)
        {
            // Every way that is offered works.
            var dataset = remedy.Kind switch
            {
                DatasetRemedyKind.ReadFolder => ImageDataset.FromFolder(remedy.Value),
                DatasetRemedyKind.LabelPattern => folder.Read(new ImageFolderOptions { LabelPattern = remedy.Value }),
                DatasetRemedyKind.ReadAsSplits => folder.Read(new ImageFolderOptions { Interpretation = FolderInterpretation.Splits }),
                _ when error.Remedies[0].Kind == DatasetRemedyKind.ReadFolder => null,
                _ => folder.Read(new ImageFolderOptions { Interpretation = FolderInterpretation.Classes }),
            };
            Assert.True(dataset is null || dataset.Classes.Count > 1);
        }

        string Shown(string value) => Path.IsPathRooted(value) ? Path.GetRelativePath(folder.Path, value) : value;
    }

    [Fact]
    public void Choices_answer_the_question()
    {
        using var folder = Make("A_train/cat:4 A_train/dog:4 B_test/cat:2 B_test/dog:2");
        var classes = folder.Read(new ImageFolderOptions { Interpretation = FolderInterpretation.Classes });
        Assert.Equal(["A_train", "B_test"], classes.Classes);
        var splits = folder.Read(new ImageFolderOptions { Interpretation = FolderInterpretation.Splits, ValidationFraction = 0 });
        Assert.Equal(["cat", "dog"], splits.Classes);
        Assert.Equal((8, 4), (splits.Train.Count, splits.Test.Count));
    }

    [Fact]
    public void A_folder_to_evaluate_needs_no_train_split()
    {
        using var folder = Make("valid/cat:3 valid/dog:3 test/cat:2");
        var dataset = folder.Read(new ImageFolderOptions { ForTraining = false });
        Assert.Equal((0, 6, 2), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Equal(["Splits: 'valid' is validation, 'test' is test.", "Classes: 2 ('cat', 'dog')."], dataset.Layout!.Lines);
    }

    [Fact]
    public void Hidden_files_of_systems_are_counted()
    {
        using var folder = Make("cat:4 dog:4").Add("cat/._0000.jpg").Add("dog/._0001.jpg").Add("cat/SYNOPHOTO_THUMB_XL.jpg")
            .Add("dog/Thumbs.db");
        var dataset = folder.Read();
        Assert.Equal(8, dataset.All.Count);
        Assert.Equal("Left out: 3 hidden files with image names.", dataset.Layout!.Lines[^1]);
    }

    [Theory]
    [InlineData("cat:4 dog:4 cat~-~Copy:2", "cat - Copy")]
    [InlineData("train/cat:4 train/dog:4 train/dog~(1):2", "dog (1)")]
    [InlineData("Hund:4 Katze:4 Katze~–~Kopie~2:2", "Katze – Kopie 2")]
    [InlineData("cat~(1):4 cat~(2):4 dog:4", null)]
    public void A_copy_of_a_class_folder_is_named(string folders, string? copy)
    {
        using var folder = Make(folders);
        var found = folder.Read().Problems.Where(problem => problem.Kind == DatasetProblemKind.CopiedFolder);
        Assert.Equal(copy, found.Select(problem => Path.GetFileName(problem.Path)).SingleOrDefault());
    }

    [Theory]
    [InlineData("archive.zip", "First unpack 'archive.zip'.")]
    [InlineData("cat/cat.tar.gz", "First unpack 'cat.tar.gz'.")]
    [InlineData("data/train-00000.parquet", "First write the images to files")]
    [InlineData("films/a.MP4", "ffmpeg")]
    public void Files_that_contain_images_are_named(string file, string said)
    {
        using var folder = new DatasetFolder().Add(file, [1, 2, 3]);
        Assert.Contains(said, Assert.Throws<DatasetException>(() => folder.Read()).Message, StringComparison.Ordinal);
    }

    private static DatasetFolder Make(string folders)
    {
        var made = new DatasetFolder();
        foreach (string part in folders.Replace('~', '\u00a0').Split(' '))
        {
            string[] pair = part.Replace('\u00a0', ' ').Split(':');
            Directory.CreateDirectory(made.Full(pair[0]));
            made.AddMany(pair[0], int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));
        }

        return made;
    }
}

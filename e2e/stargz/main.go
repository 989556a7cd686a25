// Command stargz is what the tests of lazy pulling need of stargz-snapshotter, whose own commands can't be installed from the module proxy:
// the snapshotter as a proxy plugin of containerd, a pull that leaves the layers where they are, and a converter of layers.
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"

	snapshotsapi "github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/v2/client"
	"github.com/containerd/containerd/v2/contrib/snapshotservice"
	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/containerd/containerd/v2/core/remotes/docker/config"
	"github.com/containerd/containerd/v2/pkg/namespaces"
	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/containerd/stargz-snapshotter/fs/source"
	"github.com/containerd/stargz-snapshotter/service"
	"github.com/pelletier/go-toml/v2"
	"google.golang.org/grpc"
)

const prefetchBytes = 10 << 20

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stargz:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("one of snapshotter, pull, convert is needed")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	switch args[0] {
	case "snapshotter":
		return snapshotter(ctx, args[1:])
	case "pull":
		return pull(ctx, args[1:])
	case "convert":
		return convert(args[1:])
	default:
		return fmt.Errorf("%q is none of snapshotter, pull, convert", args[0])
	}
}

// snapshotter serves containerd over a socket until it is asked to end.
func snapshotter(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("snapshotter", flag.ContinueOnError)
	socket := flags.String("socket", "", "where containerd connects to")
	root := flags.String("root", "", "folder of snapshots and caches")
	file := flags.String("config", "", "stargz-snapshotter's config.toml")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	var settings service.Config
	if err := toml.Unmarshal(text, &settings); err != nil {
		return err
	}
	snapshots, err := service.NewStargzSnapshotterService(ctx, *root, &settings)
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	snapshotsapi.RegisterSnapshotsServer(server, snapshotservice.FromSnapshotter(snapshots))
	go func() {
		<-ctx.Done()
		server.Stop()
	}()
	served := server.Serve(listener)
	// Unmounts what the containers that are gone have left.
	return errors.Join(served, snapshots.Close())
}

// pull takes an image's manifest and config; layers with a table of contents are mounted where they are.
func pull(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("pull", flag.ContinueOnError)
	address := flags.String("address", "/run/containerd/containerd.sock", "containerd's socket")
	namespace := flags.String("namespace", "default", "containerd's namespace")
	hosts := flags.String("hosts-dir", "", "folder with hosts.toml files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	image := flags.Arg(0)
	containerd, err := client.New(*address)
	if err != nil {
		return err
	}
	defer containerd.Close()
	resolver := docker.NewResolver(docker.ResolverOptions{
		Hosts: config.ConfigureHosts(ctx, config.HostOptions{HostDir: config.HostDirFromRoot(*hosts)}),
	})
	_, err = containerd.Pull(namespaces.WithNamespace(ctx, *namespace), image,
		client.WithResolver(resolver),
		client.WithPullUnpack,
		client.WithPullSnapshotter("stargz"),
		client.WithImageHandlerWrapper(source.AppendDefaultLabelsHandlerWrapper(image, prefetchBytes)))
	return err
}

// convert reads a layer as a tar file, writes it as an eStargz layer, and prints the digest of its table of contents and its own uncompressed one.
func convert(args []string) error {
	flags := flag.NewFlagSet("convert", flag.ContinueOnError)
	first := flags.String("first", "", "a file that is wanted at the start of the container")
	stored := flags.Bool("stored", false, "compress nothing: random bytes don't become fewer, and trying takes long")
	if err := flags.Parse(args); err != nil {
		return err
	}
	tar, err := os.Open(flags.Arg(0))
	if err != nil {
		return err
	}
	defer tar.Close()
	info, err := tar.Stat()
	if err != nil {
		return err
	}
	var options []estargz.Option
	if *stored {
		options = append(options, estargz.WithCompressionLevel(gzip.NoCompression))
	}
	if *first != "" {
		options = append(options, estargz.WithPrioritizedFiles([]string{*first}))
	}
	blob, err := estargz.Build(io.NewSectionReader(tar, 0, info.Size()), options...)
	if err != nil {
		return err
	}
	defer blob.Close()
	layer, err := os.Create(flags.Arg(1))
	if err != nil {
		return err
	}
	if _, err := io.Copy(layer, blob); err != nil {
		return errors.Join(err, layer.Close())
	}
	fmt.Println(blob.TOCDigest(), blob.DiffID())
	return layer.Close()
}

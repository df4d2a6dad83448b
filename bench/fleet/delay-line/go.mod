module delayline

go 1.21
